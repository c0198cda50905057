import Glibc
package import Octets
package import Timing

/// Writes Ethernet frames to a capture file. Owner: one thread, never a real-time one: it waits for the disk.
@safe package final class CaptureWriter {
    /// Octets gathered before they are written.
    private static let blockCount = 65_536

    private let path: String
    private let descriptor: Int32
    // Why unsafe: room for a block and one packet. Why sound: made in `init`, given back once in `deinit`, and reached
    // through a checked window only.
    private let room: UnsafeMutableRawPointer
    private let window: OctetBuffer
    private var filled = 0
    /// Packets taken.
    package private(set) var count = 0

    /// Makes the file, or empties it.
    /// - Throws: one sentence if it can't be written.
    package init(path: String) throws(CaptureProblem) {
        // Why unsafe: open(2) takes the path's address. Why sound: it lives as long as the call.
        descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CaptureProblem("\(path) can't be written: \(Self.systemText(errno))") }
        let octets = Self.blockCount + CaptureFormat.recordHeaderCount + CaptureFormat.longestPacket
        unsafe room = .allocate(byteCount: octets, alignment: 64)
        window = unsafe OctetBuffer(start: room, count: octets)
        self.path = path
        filled = CaptureFormat.emitFileHeader(into: window) ?? 0
    }

    deinit {
        try? flush()
        Glibc.close(descriptor)
        unsafe room.deallocate()
    }

    /// Takes a frame; what is longer than a record holds is cut.
    /// - Throws: one sentence if the disk takes no more, or the time has no place in the format.
    package func append(_ frame: OctetBuffer, at time: WallInstant) throws(CaptureProblem) {
        let kept = frame.prefix(min(frame.count, CaptureFormat.longestPacket))
        let header = CaptureFormat.emitRecordHeader(
            into: window.suffix(from: filled), at: time, count: kept.count, originalCount: frame.count)
        guard let header else { throw CaptureProblem("\(path): a packet's time has no place in a capture") }
        window.copy(from: kept, to: filled + header)
        filled += header + kept.count
        count += 1
        if filled >= Self.blockCount { try flush() }
    }

    /// Writes what was gathered, so that a reader sees it.
    package func flush() throws(CaptureProblem) {
        var offset = 0
        while offset < filled {
            // Why unsafe: write(2) takes an address. Why sound: it reads what the window checks.
            let rest = window.slice(from: offset, count: filled - offset)
            let written = unsafe Glibc.write(descriptor, rest.start, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw CaptureProblem("\(path) can't be written: \(Self.systemText(errno))") }
            offset += written
        }
        filled = 0
    }

    private static func systemText(_ number: Int32) -> String {
        // Why unsafe: strerror's static text. Why sound: it is copied at once.
        unsafe String(cString: strerror(number))
    }
}
