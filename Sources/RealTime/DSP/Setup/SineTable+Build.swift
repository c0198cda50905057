import Glibc

extension SineTable {
    /// Computes the table.
    ///
    /// - Parameter memory: `byteCount` octets, aligned to 2, that outlive every copy of the value.
    @unsafe package init(at memory: UnsafeMutableRawPointer) {
        // Why unsafe: raw memory is bound and filled. Why sound: 1,025 entries of two octets are `byteCount`.
        unsafe base = memory.bindMemory(to: Int16.self, capacity: 1025)
        for index in 0...1024 {
            let value = sin(Double(index) * 2 * Double.pi / 1024) * 32_767
            unsafe base[index] = Int16(value.rounded())
        }
    }
}
