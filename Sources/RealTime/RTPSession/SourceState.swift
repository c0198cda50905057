package import RTP

/// What one packet means for the source it came from.
package enum SequenceVerdict: UInt8, Sendable, BitwiseCopyable {
    /// The next one, or one after a gap.
    case inOrder
    /// Older than the newest, and new to us.
    case reordered
    /// Seen before.
    case duplicate
    /// The source has not sent enough in sequence yet. RFC 3550 A.1.
    case probation
    /// Far from what was expected; taken as a stray until the next packet follows it.
    case jump
    /// The second packet of a jump: the source began anew.
    case restarted
}

/// Reception state of one synchronisation source. RFC 3550 A.1, A.3, A.8.
// Owner: media thread of its shard. Others read what the media plane publishes.
package struct SourceState: Sendable, BitwiseCopyable {
    /// Packets that a source may skip before it counts as a jump.
    package static var maxDropout: Int { @_noAllocation @_noLocks get { 3000 } }
    /// How far behind the newest a packet may be before it counts as a jump.
    package static var maxMisorder: Int { @_noAllocation @_noLocks get { 100 } }
    /// Packets in sequence that prove a source.
    package static var minSequential: UInt8 { @_noAllocation @_noLocks get { 2 } }

    package let ssrc: SSRC
    /// Packets counted as received, duplicates included. RFC 3550 A.1 `received`.
    package private(set) var received: UInt64 = 0
    package private(set) var duplicates: UInt32 = 0
    package private(set) var reordered: UInt32 = 0
    /// How often the source began anew under the same name.
    package private(set) var restarts: UInt32 = 0
    /// Runs of missing packets, and how many were missing in them: the shape of the loss.
    package private(set) var lossRuns: UInt32 = 0
    package private(set) var lostInRuns: UInt64 = 0
    package var jitter = InterarrivalJitter()
    package var senderReport = SenderReportMark()

    private var probation: UInt8
    private var newest: UInt16
    /// Sequence number plus one that would make a jump a restart; 0x10000 = none.
    private var badNext: UInt32 = 0x1_0000
    private var base: UInt32 = 0
    /// Wraps of the sequence number, times 65,536.
    private var cycles: UInt64 = 0
    /// Bit n set: the packet n behind the newest was seen.
    private var seen: UInt64 = 0
    private var expectedBefore: UInt64 = 0
    private var receivedBefore: UInt64 = 0
    /// Loss of lives that ended in a restart.
    private var lostBefore: Int64 = 0

    /// The state at a source's first packet, which `receive` then takes. RT safe.
    @_noAllocation @_noLocks
    package init(ssrc: SSRC, firstSequence: UInt16, probation: UInt8 = SourceState.minSequential) {
        self.ssrc = ssrc
        self.probation = probation
        newest = firstSequence &- 1
        if probation == 0 { begin(at: firstSequence) }
    }

    /// Takes one packet's sequence number. RFC 3550 A.1. RT safe, O(1).
    @_noAllocation @_noLocks
    package mutating func receive(sequence: UInt16) -> SequenceVerdict {
        if probation > 0 { return prove(sequence) }
        let ahead = sequence &- newest
        if ahead == 0 { return count(duplicate: true) }
        if Int(ahead) < SourceState.maxDropout {
            advance(by: ahead, to: sequence)
            received += 1
            return .inOrder
        }
        let behind = newest &- sequence
        guard Int(behind) < SourceState.maxMisorder else { return jump(to: sequence) }
        return takeLate(behind)
    }

    /// Packets since the first, by sequence numbers. RT safe.
    package var expected: UInt64 {
        @_noAllocation @_noLocks get { isProven ? cycles + UInt64(newest) + 1 - UInt64(base) : 0 }
    }

    /// Expected less received over all lives; duplicates make it negative. RFC 3550 A.3. RT safe.
    package var lost: Int64 {
        @_noAllocation @_noLocks get { lostBefore + Int64(expected) - Int64(received - receivedInEarlierLives) }
    }

    /// As a report block carries it: 24 bits, clamped. RT safe.
    package var cumulativeLost: Int32 {
        @_noAllocation @_noLocks get { Int32(truncatingIfNeeded: min(max(lost, -0x80_0000), 0x7f_ffff)) }
    }

    /// Cycles and newest sequence number. RT safe.
    package var highestSequence: UInt32 {
        @_noAllocation @_noLocks get { UInt32(truncatingIfNeeded: cycles) | UInt32(newest) }
    }

    /// The newest packet's number, 64 bits wide. RT safe.
    package var extendedNewest: UInt64 { @_noAllocation @_noLocks get { cycles + UInt64(newest) } }

    /// Enough packets came in sequence. RT safe.
    package var isProven: Bool { @_noAllocation @_noLocks get { probation == 0 } }

    /// Loss since the last call, in 1/256. RFC 3550 A.3. RT safe, O(1).
    @_noAllocation @_noLocks
    package mutating func takeFractionLost() -> UInt8 {
        let expectedNow = expected
        let receivedNow = received - receivedInEarlierLives
        let expectedStep = Int64(expectedNow) - Int64(expectedBefore)
        let lostStep = expectedStep - (Int64(receivedNow) - Int64(receivedBefore))
        expectedBefore = expectedNow
        receivedBefore = receivedNow
        guard expectedStep > 0, lostStep > 0 else { return 0 }
        return UInt8(truncatingIfNeeded: min(255, (lostStep << 8) / expectedStep))
    }

    private var receivedInEarlierLives: UInt64 = 0

    @_noAllocation @_noLocks
    private mutating func prove(_ sequence: UInt16) -> SequenceVerdict {
        guard sequence == newest &+ 1 else {
            probation = SourceState.minSequential - 1
            newest = sequence
            return .probation
        }
        probation -= 1
        newest = sequence
        guard probation == 0 else { return .probation }
        begin(at: sequence)
        seen = 1
        received += 1
        return .inOrder
    }

    @_noAllocation @_noLocks
    private mutating func begin(at sequence: UInt16) {
        base = UInt32(sequence)
        newest = sequence
        badNext = 0x1_0000
        cycles = 0
        seen = 0
        expectedBefore = 0
        receivedBefore = 0
        receivedInEarlierLives = received
    }

    @_noAllocation @_noLocks
    private mutating func advance(by ahead: UInt16, to sequence: UInt16) {
        if sequence < newest { cycles += 0x1_0000 }
        newest = sequence
        seen = ahead >= 64 ? 1 : seen << UInt64(ahead) | 1
        if ahead > 1 {
            lossRuns &+= 1
            lostInRuns += UInt64(ahead) - 1
        }
    }

    @_noAllocation @_noLocks
    private mutating func takeLate(_ behind: UInt16) -> SequenceVerdict {
        guard behind < 64 else {
            received += 1
            reordered &+= 1
            return .reordered
        }
        let bit = UInt64(1) << UInt64(behind)
        if seen & bit != 0 { return count(duplicate: true) }
        seen |= bit
        return count(duplicate: false)
    }

    @_noAllocation @_noLocks
    private mutating func count(duplicate: Bool) -> SequenceVerdict {
        received += 1
        if duplicate {
            duplicates &+= 1
            return .duplicate
        }
        reordered &+= 1
        return .reordered
    }

    @_noAllocation @_noLocks
    private mutating func jump(to sequence: UInt16) -> SequenceVerdict {
        guard UInt32(sequence) == badNext else {
            badNext = UInt32(sequence &+ 1)
            return .jump
        }
        lostBefore = lost
        begin(at: sequence)
        seen = 1
        received += 1
        restarts &+= 1
        return .restarted
    }
}
