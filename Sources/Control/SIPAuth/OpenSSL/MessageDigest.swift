import COpenSSL

/// The hash functions of digest authentication, from OpenSSL's libcrypto.
package enum MessageDigest {
    /// The digest of some octets: 16 octets for MD5, 32 for the others. Nil where the library refuses the algorithm,
    /// as a FIPS configuration does with MD5.
    package static func hash(_ octets: [UInt8], _ algorithm: DigestAlgorithm) -> [UInt8]? {
        // Why unsafe: the tables of algorithms are C constants, handed out as pointers.
        // Why sound: they live as long as the library, and are only read.
        let table = unsafe algorithm.table
        var digest = [UInt8](repeating: 0, count: algorithm.octetCount)
        var count = UInt32(digest.count)
        // Why unsafe: a C function reads the input and writes the output through pointers.
        // Why sound: both arrays live through the call; the output has the algorithm's length, which is all it writes.
        let isDone = unsafe EVP_Digest(octets, octets.count, &digest, &count, table, nil)
        return isDone == 1 && Int(count) == digest.count ? digest : nil
    }

    /// HMAC-SHA-256, 32 octets. RFC 2104. Nil only where the library cannot allocate.
    package static func authenticationCode(of octets: [UInt8], key: [UInt8]) -> [UInt8]? {
        var code = [UInt8](repeating: 0, count: 32)
        var count = 0
        // Why unsafe: a C function reads key and input and writes the output through pointers.
        // Why sound: all arrays live through the call, their lengths are passed, and names are C strings made for it.
        let result = unsafe EVP_Q_mac(
            nil, "HMAC", nil, "SHA256", nil, key, key.count, octets, octets.count, &code, code.count, &count)
        return unsafe result != nil && count == code.count ? code : nil
    }

    /// Compares in a time that depends on the length only.
    package static func isEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        // Why unsafe: a C function reads both arrays through pointers.
        // Why sound: both live through the call and have the length that is passed.
        return unsafe CRYPTO_memcmp(one, other, one.count) == 0
    }
}

extension DigestAlgorithm {
    fileprivate var table: OpaquePointer? {
        switch self {
        // Why unsafe: OpenSSL's constants come as opaque pointers. Why sound: they are valid for ever.
        case .md5: unsafe EVP_md5()
        case .sha256: unsafe EVP_sha256()
        case .sha512_256: unsafe EVP_sha512_256()
        }
    }
}
