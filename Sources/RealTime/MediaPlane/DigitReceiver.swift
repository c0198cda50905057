import RTP
import Timing

/// A telephone event that has ended: reported once.
struct HeardDigit: Sendable, BitwiseCopyable {
    var event: UInt8
    /// In timestamp units.
    var duration: UInt32

    @_noAllocation @_noLocks
    init(event: UInt8, duration: UInt32) {
        self.event = event
        self.duration = duration
    }
}

/// Up to two ends that one packet can tell: of the event before, whose end packets were lost, and its own.
struct HeardDigits: Sendable, BitwiseCopyable {
    var before: HeardDigit?
    var own: HeardDigit?

    @_noAllocation @_noLocks
    init() {}
}

/// Recognises telephone events, each once, whatever of their packets is lost, doubled or late. RFC 4733 §2.5.2.
///
/// An event is known by its timestamp. It ends with its end packet, with the first packet of the next one, or when
/// nothing has come for `patience`. Segments of a long event (§2.5.1.3) count as one.
// Owner: media thread of its shard.
struct DigitReceiver: Sendable, BitwiseCopyable {
    private var isActive = false
    private var event: UInt8 = 0
    private var start: UInt32 = 0
    private var duration: UInt32 = 0
    /// Duration of the segments before the present one.
    private var earlier: UInt32 = 0
    private var last = MonotonicInstant(nanoseconds: 0)
    private var hasDone = false
    private var done: UInt32 = 0

    @_noAllocation @_noLocks
    init() {}

    /// How long an event may be without packets before it is taken as ended.
    static var patience: TimeSpan { @_noAllocation @_noLocks get { .milliseconds(200) } }

    /// Takes one event packet. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func receive(_ packet: TelephoneEvent, timestamp: UInt32, now: MonotonicInstant) -> HeardDigits {
        var heard = HeardDigits()
        if hasDone, isPast(timestamp) { return heard }
        if isActive, timestamp != start {
            guard timestamp &- start < 0x8000_0000 else { return heard }
            if isNextSegment(packet, timestamp) {
                earlier &+= duration
                begin(packet, timestamp)
            } else {
                heard.before = finish()
            }
        }
        if !isActive {
            earlier = 0
            begin(packet, timestamp)
        }
        last = now
        duration = max(duration, UInt32(packet.duration))
        if packet.isEnd { heard.own = finish() }
        return heard
    }

    /// The event whose packets stopped without an end, if there is one. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func expire(now: MonotonicInstant) -> HeardDigit? {
        guard isActive, now - last > DigitReceiver.patience else { return nil }
        return finish()
    }

    @_noAllocation @_noLocks
    private mutating func begin(_ packet: TelephoneEvent, _ timestamp: UInt32) {
        isActive = true
        event = packet.event
        start = timestamp
        duration = 0
    }

    @_noAllocation @_noLocks
    private mutating func finish() -> HeardDigit {
        isActive = false
        hasDone = true
        done = start
        return HeardDigit(event: event, duration: earlier &+ duration)
    }

    /// A late or repeated packet of an event already told, at most 10 s old.
    @_noAllocation @_noLocks
    private func isPast(_ timestamp: UInt32) -> Bool { done &- timestamp < 80_000 }

    @_noAllocation @_noLocks
    private func isNextSegment(_ packet: TelephoneEvent, _ timestamp: UInt32) -> Bool {
        packet.event == event && timestamp == start &+ 0xffff
    }
}
