import Foundation
import GRDB
import Glibc

/// Watches the free space of the data folder and keeps a file that can be given up for it.
///
/// Owner: the writer thread.
final class DiskSpace {
    private let directory: String
    private let reservePath: String
    private let minimum: Int
    private let reserve: Int
    private(set) var freeOctets = 0
    private(set) var hasReserve = false

    init(_ options: LedgerOptions) {
        directory = options.directory
        reservePath = options.reservePath
        minimum = options.diskMinimumMegabytes * 1_048_576
        reserve = options.reserveMegabytes * 1_048_576
    }

    /// Measures, and builds the reserve (again) where there is room for it beside the minimum.
    func refresh() {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: directory)
        freeOctets =
            (attributes?[.systemFreeSize] as? Int) ?? (attributes?[.systemFreeSize] as? NSNumber)?.intValue ?? 0
        hasReserve = FileManager.default.fileExists(atPath: reservePath)
        guard !hasReserve, freeOctets > minimum + reserve + reserve / 2 else { return }
        hasReserve = allocate()
        if hasReserve { freeOctets -= reserve }
    }

    /// Whether a new billable call may begin.
    var admitsCalls: Bool { hasReserve && freeOctets >= minimum }

    /// Gives the reserve to the calls that still have to be closed.
    /// - Returns: whether there was one.
    func surrender() -> Bool {
        guard hasReserve else { return false }
        hasReserve = false
        return (try? FileManager.default.removeItem(atPath: reservePath)) != nil
    }

    private func allocate() -> Bool {
        guard FileManager.default.createFile(atPath: reservePath, contents: nil),
            let handle = FileHandle(forUpdatingAtPath: reservePath)
        else { return false }
        defer { try? handle.close() }
        if posix_fallocate(handle.fileDescriptor, 0, reserve) == 0 { return true }
        _ = try? FileManager.default.removeItem(atPath: reservePath)
        return false
    }
}
