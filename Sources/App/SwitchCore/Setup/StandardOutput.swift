import CLinux
import Glibc

/// Lines of a command's output, written at once whoever reads them.
package enum Output {
    /// To standard output.
    package static func line(_ text: String) { write(text + "\n", to: 1) }

    /// To standard error.
    package static func complaint(_ text: String) { write(text + "\n", to: 2) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            // unsafe: write(2) takes an address. Sound: it reads `count` octets of an array that lives here.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
