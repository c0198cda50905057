import Glibc

/// Small text files that a command reads or writes whole.
enum SmallFile {
    private static let limit = 65_536

    /// The first line without its end; nil when the file cannot be read.
    static func firstLine(_ path: String) -> String? {
        // unsafe: open(2) takes the path's address. Sound: it lives as long as the call.
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        var octets = [UInt8](repeating: 0, count: limit)
        // unsafe: read(2) fills the array. Sound: told the array's own length.
        let count = unsafe Glibc.read(descriptor, &octets, limit)
        guard count >= 0 else { return nil }
        let line = octets[..<count].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return String(decoding: line, as: UTF8.self)
    }

    /// Makes an empty file: a sign for whoever waits for it.
    static func touch(_ path: String) {
        // unsafe: open(2) takes the path's address. Sound: it lives as long as the call.
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        if descriptor >= 0 { Glibc.close(descriptor) }
    }
}
