import Foundation
import Glibc

/// Keeps a second switch out of the same data folder. The kernel lifts it when the process ends, however it ends.
final class FolderLock: Sendable {
    private let descriptor: Int32

    init(path: String) throws(LedgerProblem) {
        let manager = FileManager.default
        if !manager.fileExists(atPath: path) { _ = manager.createFile(atPath: path, contents: nil) }
        guard let handle = FileHandle(forUpdatingAtPath: path) else {
            throw .folder(path: path, reason: "its lock file cannot be opened")
        }
        descriptor = fcntl(handle.fileDescriptor, F_DUPFD_CLOEXEC, 0)
        try? handle.close()
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            throw .inUse(path: path)
        }
    }

    /// Lets others in, whoever else holds a copy of the descriptor.
    func release() { flock(descriptor, LOCK_UN) }

    deinit { Glibc.close(descriptor) }
}
