import CLinux
import Glibc
import Timing

/// A media process that outlived its control side: found by the id in the data folder, ended by the next start,
/// since its calls have no signalling any more.
enum MediaOrphan {
    private static func path(_ dataDirectory: String) -> String { dataDirectory + "/media.pid" }

    static func note(_ id: Int32, in dataDirectory: String) {
        if let file = try? OutputFile(path: path(dataDirectory)) { try? file.write(Array("\(id)\n".utf8)) }
    }

    static func end(in dataDirectory: String) {
        guard let line = SmallFile.firstLine(path(dataDirectory)), let id = Int32(line), id > 1 else { return }
        // A number may belong to another program by now: only our own kind, of this data folder, is ended.
        guard let command = SmallFile.firstLine("/proc/\(id)/cmdline"), command.contains("\0media\0"),
            command.contains("\0\(dataDirectory)\0")
        else { return }
        _ = clinux_send_signal(id, SIGTERM)
        let deadline = Clock.now + .seconds(3)
        // unsafe: access(2) takes the path's address. Sound: it lives as long as the call.
        while Clock.now < deadline, unsafe access("/proc/\(id)/fd", F_OK) == 0 {
            _ = clinux_sleep_until_ns((Clock.now + .milliseconds(10)).nanoseconds)
        }
    }
}

/// Where this program lies.
enum ProgramPath {
    static var own: String {
        var octets = [UInt8](repeating: 0, count: 4096)
        // unsafe: readlink fills the array. Sound: told the array's own length.
        let count = unsafe octets.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe readlink("/proc/self/exe", base.assumingMemoryBound(to: CChar.self), buffer.count)
        }
        return String(decoding: octets.prefix(max(0, count)), as: UTF8.self)
    }
}

/// Words as C wants them: a null-terminated list of null-terminated strings.
enum CStrings {
    static func with<Result>(
        _ words: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        // unsafe: copies of the words by strdup, freed below. Sound: they live until `body` has returned.
        let copies = unsafe words.map { unsafe strdup($0) }
        defer { unsafe copies.forEach { unsafe free($0) } }
        let pointers: [UnsafePointer<CChar>?] = unsafe copies.map { unsafe UnsafePointer($0) } + [nil]
        return unsafe pointers.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("the list ends with a null") }
            return unsafe body(base)
        }
    }
}
