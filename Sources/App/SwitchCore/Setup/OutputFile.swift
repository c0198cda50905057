import Glibc

/// A file that a command writes; standard output when no path is given. Owner: the command's thread.
final class OutputFile {
    private let descriptor: Int32
    private let name: String

    /// - Throws: one sentence when the file cannot be made.
    init(path: String?) throws(StartFailure) {
        guard let path else {
            descriptor = 1
            name = "standard output"
            return
        }
        // unsafe: open(2) takes the path's address. Sound: it lives as long as the call.
        descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        name = path
        guard descriptor >= 0 else { throw StartFailure("\(path) cannot be written: \(SystemError.text(errno))") }
    }

    func write(_ octets: [UInt8]) throws(StartFailure) {
        var rest = octets[...]
        while !rest.isEmpty {
            // unsafe: write(2) takes an address. Sound: it reads `count` octets of an array that lives here.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw StartFailure("\(name) cannot be written: \(SystemError.text(errno))") }
            rest = rest.dropFirst(count)
        }
    }

    deinit { if descriptor > 1 { Glibc.close(descriptor) } }
}

/// The system's words for its error numbers.
enum SystemError {
    static func text(_ number: Int32) -> String {
        // unsafe: strerror's static text. Sound: it is copied at once.
        unsafe String(cString: strerror(number))
    }
}
