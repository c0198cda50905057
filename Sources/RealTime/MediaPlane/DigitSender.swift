import RTP

/// One event packet that is due now.
struct DigitPacket: Sendable, BitwiseCopyable {
    var event: TelephoneEvent
    var isFirst: Bool
    var timestamp: UInt32

    @_noAllocation @_noLocks
    init(event: TelephoneEvent, isFirst: Bool, timestamp: UInt32) {
        self.event = event
        self.isFirst = isFirst
        self.timestamp = timestamp
    }
}

/// Sends digits as telephone events, one after the other. RFC 4733 §2.5.1.
///
/// A packet every 20 ms with the duration so far, the end three times, 50 ms of rest between digits. An event longer
/// than 65,535 units goes on in further segments (§2.5.1.3).
// Owner: media thread of its shard.
struct DigitSender: Sendable, BitwiseCopyable {
    /// One event under way; times in timestamp units.
    private struct Progress: Sendable, BitwiseCopyable {
        var event: UInt8
        var start: UInt32
        var elapsed: UInt32 = 0
        var remaining: UInt32
        var isFirst = true
        /// The tick between two packets.
        var isBetween = true

        @_noAllocation @_noLocks
        init(event: UInt8, start: UInt32, remaining: UInt32) {
            self.event = event
            self.start = start
            self.remaining = remaining
        }
    }

    private enum State: Sendable, BitwiseCopyable {
        case idle
        case sending(Progress)
        /// The end was sent; `left` repetitions follow.
        case ending(Progress, left: UInt8)
        case resting(ticks: UInt8)
    }

    private static var step: UInt32 { @_noAllocation @_noLocks get { 80 } }
    private static var shortest: UInt32 { @_noAllocation @_noLocks get { 320 } }

    private var state = State.idle
    private var queue = InlineArray<16, UInt32>(repeating: 0)
    private var first = 0
    private var waiting = 0

    @_noAllocation @_noLocks
    init() {}

    /// Something is being sent or waits. RT safe.
    var isActive: Bool {
        @_noAllocation @_noLocks get {
            switch state {
            case .idle: return waiting > 0
            case .sending, .ending, .resting: return true
            }
        }
    }

    /// Queues an event of `milliseconds`; false when sixteen wait already. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func push(event: UInt8, milliseconds: UInt16) -> Bool {
        guard waiting < 16 else { return false }
        queue[(first + waiting) & 15] = UInt32(event) << 16 | UInt32(milliseconds)
        waiting += 1
        return true
    }

    /// Moves on by 10 ms; gives the packet that is due. RT safe, O(1).
    /// - Parameter timestamp: of this instant, on the stream's clock.
    @_noAllocation @_noLocks
    mutating func tick(timestamp: UInt32) -> DigitPacket? {
        switch state {
        case .idle:
            start(at: timestamp)
            return nil
        case .resting(let ticks):
            state = ticks > 1 ? .resting(ticks: ticks - 1) : .idle
            return nil
        case .sending(var progress):
            return send(&progress)
        case .ending(var progress, let left):
            progress.isBetween.toggle()
            guard progress.isBetween else {
                state = .ending(progress, left: left)
                return nil
            }
            state = left > 1 ? .ending(progress, left: left - 1) : .resting(ticks: 5)
            return packet(progress, isEnd: true)
        }
    }

    @_noAllocation @_noLocks
    private mutating func start(at timestamp: UInt32) {
        guard waiting > 0 else { return }
        let entry = queue[first]
        first = (first + 1) & 15
        waiting -= 1
        let units = max((entry & 0xffff) * 8, DigitSender.shortest)
        let whole = (units + DigitSender.step - 1) / DigitSender.step * DigitSender.step
        state = .sending(
            Progress(event: UInt8(truncatingIfNeeded: entry >> 16), start: timestamp, remaining: whole))
    }

    @_noAllocation @_noLocks
    private mutating func send(_ progress: inout Progress) -> DigitPacket? {
        progress.remaining -= min(progress.remaining, DigitSender.step)
        if progress.elapsed + DigitSender.step > 0xffff { return closeSegment(&progress) }
        progress.elapsed += DigitSender.step
        progress.isBetween.toggle()
        if progress.remaining == 0 {
            progress.isBetween = true
            state = .ending(progress, left: UInt8(TelephoneEvent.endPackets - 1))
            return packet(progress, isEnd: true)
        }
        guard progress.isBetween else {
            state = .sending(progress)
            return nil
        }
        let due = packet(progress, isEnd: false)
        progress.isFirst = false
        state = .sending(progress)
        return due
    }

    /// The segment's last packet says 65,535 and does not end; the next begins where it stops.
    @_noAllocation @_noLocks
    private mutating func closeSegment(_ progress: inout Progress) -> DigitPacket? {
        let over = progress.elapsed + DigitSender.step - 0xffff
        progress.elapsed = 0xffff
        let due = packet(progress, isEnd: false)
        progress.start &+= 0xffff
        progress.elapsed = over
        progress.isFirst = false
        if progress.remaining == 0 { progress.remaining = DigitSender.step }
        state = .sending(progress)
        return due
    }

    @_noAllocation @_noLocks
    private func packet(_ progress: Progress, isEnd: Bool) -> DigitPacket {
        DigitPacket(
            event: TelephoneEvent(
                event: progress.event, isEnd: isEnd, volume: 10, duration: UInt16(truncatingIfNeeded: progress.elapsed)),
            isFirst: progress.isFirst, timestamp: progress.start)
    }
}
