/// Why a digest header field could not be read. Holds no octets of the peer: safe to log.
package enum DigestProblem: Error, Hashable, Sendable {
    /// Longer than 8,192 octets, or more than 32 parameters.
    case tooLong
    /// Not the scheme `Digest`.
    case scheme
    /// Parameters are `name=value`, separated by commas.
    case syntax
    /// A parameter that must be unique stands twice.
    case duplicate
    /// A parameter that must be there is not.
    case missing
    /// A nonce count that is not eight hexadecimal digits, or a `qop` that does not exist.
    case value

    /// What a request with such a field is answered with.
    package var status: Int { 400 }
}
