import CLinux
import Foundation
package import Octets

/// A file of fixed size in memory, shared with the kernel: what is stored survives the process.
///
/// Owner: whoever made it; the window in `octets` is valid while this object lives.
package final class MappedFile: Sendable {
    package let octets: OctetBuffer

    /// Creates or resizes the file, zeroed where it is new, and maps it.
    /// - Throws: `.liveness` with the system's error number.
    package init(path: String, count: Int) throws(LedgerProblem) {
        let manager = FileManager.default
        if !manager.fileExists(atPath: path) { _ = manager.createFile(atPath: path, contents: nil) }
        guard let handle = FileHandle(forUpdatingAtPath: path) else { throw .liveness(path: path, errno: Int(errno)) }
        defer { try? handle.close() }
        // The blocks are claimed at once, since a store into a hole of a full disk ends the process.
        let problem = posix_fallocate(handle.fileDescriptor, 0, count)
        guard problem == 0 else { throw .liveness(path: path, errno: Int(problem)) }
        var mapProblem: Int32 = 0
        // Why unsafe: the kernel gives an address. Why sound: it maps `count` octets until `deinit`.
        guard let start = unsafe clinux_map_shared(handle.fileDescriptor, UInt64(count), &mapProblem) else {
            throw .liveness(path: path, errno: Int(mapProblem))
        }
        octets = unsafe OctetBuffer(start: start, count: count)
    }

    deinit {
        // Why unsafe: the window dies here. Why sound: nobody may use it without this object.
        _ = unsafe clinux_unmap(octets.start, UInt64(octets.count))
    }
}
