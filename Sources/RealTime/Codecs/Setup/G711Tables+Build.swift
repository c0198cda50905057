extension G711Tables {
    /// Builds the tables from the reference kernels.
    ///
    /// - Parameter memory: `byteCount` octets, aligned to 2, that outlive every copy of the value.
    @unsafe package init(at memory: UnsafeMutableRawPointer) {
        // Why unsafe: raw memory is filled. Why sound: every offset below is less than `byteCount`.
        unsafe base = memory
        for octet in UInt8.min...UInt8.max {
            let mu = G711.decodeMuLaw(octet)
            let a = G711.decodeALaw(octet)
            let index = Int(octet)
            unsafe memory.storeBytes(of: mu, toByteOffset: Self.decodeMu + 2 * index, as: Int16.self)
            unsafe memory.storeBytes(of: a, toByteOffset: Self.decodeA + 2 * index, as: Int16.self)
            unsafe memory.storeBytes(of: G711.encodeALaw(mu), toByteOffset: Self.muToA + index, as: UInt8.self)
            unsafe memory.storeBytes(of: G711.encodeMuLaw(a), toByteOffset: Self.aToMu + index, as: UInt8.self)
        }
        for index in 0..<4096 {
            let octet = G711.encodeALaw(Int16((index - 2048) << 4))
            unsafe memory.storeBytes(of: octet, toByteOffset: Self.encodeA + index, as: UInt8.self)
        }
        for index in 0..<16384 {
            let octet = G711.encodeMuLaw(Int16((index - 8192) << 2))
            unsafe memory.storeBytes(of: octet, toByteOffset: Self.encodeMu + index, as: UInt8.self)
        }
    }
}
