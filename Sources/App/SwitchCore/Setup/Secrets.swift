import CLinux
import CallControl
import Glibc

/// Chance from the system, and the keys that outlive a restart.
enum Secrets {
    /// Keys for one run; the nonce key is the data folder's own, so that phones need not be challenged anew
    /// after a restart.
    static func draw(dataDirectory: String) throws(StartFailure) -> EngineSecrets {
        EngineSecrets(
            tokenKey: (word(), word()), nonceKey: try nonceKey(path: dataDirectory + "/nonce.key"), seed: word())
    }

    static func word() -> UInt64 {
        var word: UInt64 = 0
        // unsafe: the kernel fills eight octets. Sound: that is the size of the variable.
        let problem = unsafe clinux_random(&word, 8)
        precondition(problem == 0, "the system gives no random numbers")
        return word
    }

    private static func nonceKey(path: String) throws(StartFailure) -> [UInt8] {
        let length = 32
        // unsafe: open(2) takes the path's address. Sound: it lives as long as the call.
        let old = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if old >= 0 {
            defer { Glibc.close(old) }
            var key = [UInt8](repeating: 0, count: length)
            // unsafe: read(2) fills the array. Sound: told the array's own length.
            if unsafe Glibc.read(old, &key, length) == length { return key }
        }
        var key = [UInt8](repeating: 0, count: length)
        // unsafe: as above, filled by the kernel's generator.
        let problem = unsafe clinux_random(&key, UInt64(length))
        precondition(problem == 0, "the system gives no random numbers")
        // unsafe: open(2) takes the path's address. Sound: it lives as long as the call.
        let new = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard new >= 0 else { throw StartFailure("\(path) cannot be written: \(SystemError.text(errno))") }
        defer { Glibc.close(new) }
        // unsafe: write(2) reads the array. Sound: told the array's own length.
        guard unsafe Glibc.write(new, key, length) == length else {
            throw StartFailure("\(path) cannot be written: \(SystemError.text(errno))")
        }
        return key
    }
}
