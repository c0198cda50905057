import CLinux

/// Why a shared region could not be had. Numbers are the system's `errno`.
package enum RegionProblem: Error, Equatable, Sendable {
    /// The memory file could not be made.
    case create(Int32)
    /// The memory is not there: too little of it, or a limit.
    case reserve(Int32)
    /// The file could not be mapped.
    case map(Int32)
    /// The file that came is shorter than asked for; carries its size.
    case tooSmall(Int)

    /// One sentence for the operator.
    package var sentence: String {
        switch self {
        case .create(let number): "the shared memory file cannot be made (errno \(number))"
        case .reserve(let number): "the shared memory cannot be reserved (errno \(number))"
        case .map(let number): "the shared memory cannot be mapped (errno \(number))"
        case .tooSmall(let size): "the shared memory that was handed over has \(size) octets only"
        }
    }
}

/// Anonymous memory (memfd) that both planes, maybe in two processes, map; carved once into parts by offset.
///
/// Both sides carve in the same order and so get the same offsets. Owner: whoever starts the planes; it outlives
/// every ring and array that lies in it. The memory is unmapped by `close` or when the region goes away.
@safe package final class SharedRegion: @unchecked Sendable {
    /// Descriptor of the memory file, to be passed on; -1 once closed. Closed on exec unless passed on.
    package private(set) var descriptor: Int32
    /// Octets mapped, whole pages.
    package let byteCount: Int
    /// Octets given away by `carve`.
    package private(set) var carved = 0
    // Why unsafe: the mapping is one address. Why sound: mapped in `init` for `byteCount` octets, unmapped in
    // `close` only, and handed out by offset after a check.
    private var base: UnsafeMutableRawPointer?

    /// Makes a new region of at least `byteCount` octets, all zero, and reserves its memory.
    ///
    /// - Parameter name: shown in `/proc/PID/maps`; at most 249 octets.
    package static func create(name: String, byteCount: Int) throws(RegionProblem) -> SharedRegion {
        let size = wholePages(byteCount)
        // Why unsafe: C calls. Why sound: plain numbers, and a string that lives through the call.
        let descriptor = unsafe clinux_memfd_create(name, UInt64(size))
        guard descriptor >= 0 else {
            throw descriptor == -CLINUX_ENOMEM || descriptor == -CLINUX_ENOSPC
                ? .reserve(-descriptor) : .create(-descriptor)
        }
        return try SharedRegion(owning: descriptor, byteCount: size)
    }

    /// Maps the region behind a descriptor that another process made; takes the descriptor over.
    package static func attach(descriptor: Int32, byteCount: Int) throws(RegionProblem) -> SharedRegion {
        let size = wholePages(byteCount)
        let found = clinux_file_size(descriptor)
        guard found >= Int64(size) else {
            _ = clinux_close(descriptor)
            throw .tooSmall(Int(max(0, found)))
        }
        return try SharedRegion(owning: descriptor, byteCount: size)
    }

    private init(owning descriptor: Int32, byteCount: Int) throws(RegionProblem) {
        var problem: Int32 = 0
        // Why unsafe: maps memory. Why sound: the file has `byteCount` octets and is sealed against shrinking.
        let mapping = unsafe clinux_map_shared(descriptor, UInt64(byteCount), &problem)
        guard let mapping = unsafe mapping else {
            _ = clinux_close(descriptor)
            throw .map(problem)
        }
        self.descriptor = descriptor
        self.byteCount = byteCount
        unsafe base = mapping
    }

    deinit { close() }

    /// Gives away the next `count` octets at the given alignment (a power of two); returns their offset.
    ///
    /// Traps when the region is used up: its size is computed from the same parts.
    package func carve(byteCount count: Int, alignment: Int = 128) -> Int {
        precondition(count >= 0 && alignment > 0 && alignment & (alignment - 1) == 0, "a part has a size")
        let offset = (carved + alignment - 1) / alignment * alignment
        precondition(offset <= byteCount && count <= byteCount - offset, "the region holds all its parts")
        carved = offset + count
        return offset
    }

    /// Address of `count` octets at `offset`. Unsafe: valid until `close`, and carries no bounds.
    @unsafe
    package func pointer(at offset: Int, byteCount count: Int) -> UnsafeMutableRawPointer {
        precondition(offset >= 0 && count >= 0 && offset <= byteCount && count <= byteCount - offset, "inside")
        guard let base = unsafe base else { preconditionFailure("the region is open") }
        return unsafe base + offset
    }

    /// Has the kernel fill in every page now, so that none faults later. Returns 0 or an errno.
    @discardableResult
    package func prefault() -> Int32 {
        guard let base = unsafe base else { return 0 }
        // Why unsafe: C call on the mapping. Why sound: exactly the mapped octets.
        return unsafe clinux_prefault(base, UInt64(byteCount))
    }

    /// Locks the region into memory and keeps forked children from copying it. See `MemoryLock`.
    package func lock() -> MemoryLock {
        guard let base = unsafe base else { return .locked(byteCount: 0) }
        // Why unsafe: C call on the mapping. Why sound: exactly the mapped octets.
        return unsafe MemoryLock.lock(base, byteCount: byteCount)
    }

    /// Unmaps the memory and closes the descriptor. No part of it may be used afterwards.
    package func close() {
        if let mapping = unsafe base { unsafe clinux_unmap(mapping, UInt64(byteCount)) }
        unsafe base = nil
        if descriptor >= 0 { _ = clinux_close(descriptor) }
        descriptor = -1
    }

    /// The system's page size times whatever holds `byteCount` octets; one page at least.
    package static func wholePages(_ byteCount: Int) -> Int {
        let page = Int(clinux_page_size())
        return max(1, (byteCount + page - 1) / page) * page
    }
}
