import Codecs
import Octets

/// What became of a packet on its way into the playout.
enum PlayoutVerdict: Sendable, BitwiseCopyable {
    case queued
    /// Its time had passed.
    case late
    /// The stream was taken up anew at this packet.
    case restarted
}

/// A small fixed playout: 128 ms of G.711 octets by timestamp, played 40 ms behind the first packet.
///
/// It follows no jitter: it holds a fixed delay and starts anew when packets come too late five times in a row or far
/// ahead. What is missing plays as silence.
// Owner: media thread of its shard.
struct PlayoutBuffer: Sendable, BitwiseCopyable {
    /// Octets of memory that one buffer takes.
    static var byteCount: Int { @_noAllocation @_noLocks get { 1024 } }
    /// Octets (samples) played before the first packet's.
    static var depth: UInt32 { @_noAllocation @_noLocks get { 320 } }
    private static var unit: Int { @_noAllocation @_noLocks get { 16 } }

    private let ring: OctetBuffer
    private let silence: UInt8
    /// Bit n: unit n of the ring holds octets that were received and not yet played.
    private var present: UInt64 = 0
    private var origin: UInt32 = 0
    private var next: UInt32 = 0
    private var isRunning = false
    private var lateInARow: UInt8 = 0
    /// Blocks until the first packet's octets are due, and since the last packet came.
    private var lead: Int32 = 0
    private var quiet: Int32 = 0
    /// Blocks with silence in place of what was missing: since the last packet, and before it.
    private var missing: UInt32 = 0
    private var concealed: UInt32 = 0

    /// RT safe, 1,024 steps.
    /// - Parameter ring: `byteCount` octets of its own.
    @_noAllocation @_noLocks
    init(ring: OctetBuffer, silence: UInt8) {
        self.ring = ring
        self.silence = silence
        ring.fill(silence, from: 0, count: PlayoutBuffer.byteCount)
    }

    /// Takes one payload. RT safe, at most 480 octets.
    @_noAllocation @_noLocks
    mutating func receive(_ payload: OctetBuffer, timestamp: UInt32) -> PlayoutVerdict {
        let count = Int32(truncatingIfNeeded: min(payload.count, 480))
        guard count > 0 else { return .late }
        guard isRunning else { return restart(payload, timestamp) }
        let ahead = Int32(bitPattern: timestamp &- next)
        if ahead > 8000 || ahead < -8000 || ahead + count > 1024 { return restart(payload, timestamp) }
        quiet = 0
        guard ahead + count > 0 else {
            lateInARow += 1
            return lateInARow < 5 ? .late : restart(payload, timestamp)
        }
        lateInARow = 0
        concealed += missing
        missing = 0
        write(payload, timestamp, skip: Int(max(0, -ahead)))
        return .queued
    }

    /// Blocks since the last call in which silence stood in for something missing between two packets. RT safe.
    @_noAllocation @_noLocks
    mutating func takeConcealed() -> UInt32 {
        let count = concealed
        concealed = 0
        return count
    }

    /// Plays the next 80 octets into `block`. RT safe, 5 steps.
    @_noAllocation @_noLocks
    mutating func take(into block: OctetBuffer) {
        guard isRunning else { return block.fill(silence, from: 0, count: 80) }
        var isMissing = false
        var offset = 0
        while offset < 80 {
            let index = place(next)
            let bit = UInt64(1) << UInt64(index / PlayoutBuffer.unit)
            if present & bit == 0 { isMissing = true }
            present &= ~bit
            block.copy(from: ring.slice(from: index, count: PlayoutBuffer.unit), to: offset)
            ring.fill(silence, from: index, count: PlayoutBuffer.unit)
            next &+= UInt32(PlayoutBuffer.unit)
            offset += PlayoutBuffer.unit
        }
        quiet &+= 1
        guard lead <= 0 else {
            lead -= 1
            return
        }
        if isMissing, quiet <= 20 { missing += 1 }
    }

    /// Passes over `count` blocks that nobody will play. RT safe, as many steps as blocks, at most 100.
    @_noAllocation @_noLocks
    mutating func skip(_ count: Int, scratch: OctetBuffer) {
        var left = min(count, 100)
        while left > 0 {
            take(into: scratch)
            left -= 1
        }
    }

    @_noAllocation @_noLocks
    private mutating func restart(_ payload: OctetBuffer, _ timestamp: UInt32) -> PlayoutVerdict {
        ring.fill(silence, from: 0, count: PlayoutBuffer.byteCount)
        present = 0
        origin = timestamp
        next = timestamp &- PlayoutBuffer.depth
        lead = Int32(PlayoutBuffer.depth / 80)
        lateInARow = 0
        quiet = 0
        missing = 0
        isRunning = true
        write(payload, timestamp, skip: 0)
        return .restarted
    }

    /// Copies what still has its time. RT safe.
    @_noAllocation @_noLocks
    private mutating func write(_ payload: OctetBuffer, _ timestamp: UInt32, skip: Int) {
        let count = min(payload.count, 480)
        var offset = skip
        while offset < count {
            let index = place(timestamp &+ UInt32(truncatingIfNeeded: offset))
            let inUnit = index % PlayoutBuffer.unit
            let width = min(PlayoutBuffer.unit - inUnit, count - offset)
            ring.copy(from: payload.slice(from: offset, count: width), to: index)
            present |= UInt64(1) << UInt64(index / PlayoutBuffer.unit)
            offset += width
        }
    }

    /// Where a timestamp's octet lies in the ring.
    @_noAllocation @_noLocks
    private func place(_ timestamp: UInt32) -> Int { Int((timestamp &- origin) & 1023) }
}
