import Codecs
import MediaControl
import Octets
import PacketDemux
import RTPSession
import Rings
import Timing

extension MediaPlane {
    /// Brings the flow table to what the termination's descriptor wants. False: it has no room, or our source name is
    /// in use on the pair. RT safe: at most 14 changes of the index.
    @_noAllocation @_noLocks
    mutating func expect(_ index: Int, now: MonotonicInstant) -> Bool {
        let flow = terminations[index].flow
        guard terminations[index].isRTP else {
            if terminations[index].hasFlow { flows.remove(flow, now: now) }
            terminations[index].hasFlow = false
            return true
        }
        let expectation = FlowExpectation(terminations[index].wanted)
        let admission =
            terminations[index].hasFlow
            ? flows.modify(flow, expectation, now: now) : flows.add(flow, expectation, now: now)
        switch admission {
        case .accepted:
            terminations[index].hasFlow = true
            return true
        case .notYours, .sourceTaken, .full:
            return false
        }
    }

    /// Sets how packets pass between the two sides. False: the path does not fit the sides, or no player is free.
    /// RT safe, at most 1,100 steps.
    @_noAllocation @_noLocks
    mutating func choosePath(_ slot: Int, _ path: MediaPath, now: MonotonicInstant) -> Bool {
        switch path {
        case .closed, .relay, .transcode:
            releasePlayer(slot)
            contexts[slot].path = path
            if !hasDigits(slot) { leaveTick(slot) }
            return true
        case .tick:
            guard takePlayer(slot, now: now) else { return false }
            contexts[slot].path = path
            joinTick(slot)
            return true
        }
    }

    /// Whether digits of ours are under way on either side. RT safe.
    @_noAllocation @_noLocks
    func hasDigits(_ slot: Int) -> Bool {
        terminations[2 * slot].digitsOut.isActive || terminations[2 * slot + 1].digitsOut.isActive
    }

    /// Gives a context its player, or keeps the one it has when the same side and law go on.
    @_noAllocation @_noLocks
    private mutating func takePlayer(_ slot: Int, now: MonotonicInstant) -> Bool {
        let side = terminations[2 * slot].isRTP ? 0 : 1
        let index = 2 * slot + side
        guard terminations[index].isRTP, !terminations[index ^ 1].isRTP, hasLane(index ^ 1),
            let law = CompandingLaw(terminations[index].wanted)
        else { return false }
        let held = contexts[slot].player
        if held >= 0, players[Int(held)].side == side, players[Int(held)].law == law { return true }
        releasePlayer(slot)
        guard let player = freePlayers.pop() else { return false }
        contexts[slot].player = Int32(truncatingIfNeeded: player)
        let rate = terminations[index].wanted.clockRate
        players[Int(player)] = Player(
            side: side, law: law,
            memory: playerMemory.slice(from: Int(player) * Player.byteCount, count: Player.byteCount),
            timestamp: terminations[index].outgoing.timestamp(at: now, clockRate: rate))
        return true
    }

    /// A block termination names a lane that there is. RT safe.
    @_noAllocation @_noLocks
    private func hasLane(_ index: Int) -> Bool {
        switch terminations[index].wanted.kind {
        case .blocks: return Int(terminations[index].wanted.lane) < lanes.count
        case .none, .rtp, .echo, .milliwatt, .silence: return true
        }
    }

    /// Gives the context's player back. RT safe.
    @_noAllocation @_noLocks
    mutating func releasePlayer(_ slot: Int) {
        let player = contexts[slot].player
        guard player >= 0 else { return }
        _ = freePlayers.push(UInt32(truncatingIfNeeded: player))
        contexts[slot].player = -1
    }

    /// The tick visits the context from now on. RT safe.
    @_noAllocation @_noLocks
    mutating func joinTick(_ slot: Int) {
        guard contexts[slot].tickingPlace < 0 else { return }
        contexts[slot].tickingPlace = Int32(truncatingIfNeeded: tickingCount)
        ticking[tickingCount] = UInt32(truncatingIfNeeded: slot)
        tickingCount += 1
    }

    /// The tick visits the context no more: the list's last takes its place. RT safe.
    @_noAllocation @_noLocks
    mutating func leaveTick(_ slot: Int) {
        let place = Int(contexts[slot].tickingPlace)
        guard place >= 0 else { return }
        tickingCount -= 1
        let moved = ticking[tickingCount]
        ticking[place] = moved
        contexts[Int(moved)].tickingPlace = Int32(truncatingIfNeeded: place)
        contexts[slot].tickingPlace = -1
    }
}

extension FlowExpectation {
    /// What a descriptor says of the far end's packets. RT safe.
    @_noAllocation @_noLocks
    init(_ wanted: TerminationDescriptor) {
        self.init()
        pair = wanted.portIndex
        localSource = wanted.localSSRC
        remoteSource = wanted.remoteSSRC
        isMultiplexed = wanted.flags.has(.rtcpMux)
        rtp = wanted.remoteRTP
        rtcp = isMultiplexed ? wanted.remoteRTP : wanted.remoteRTCP
        signallingSource = wanted.signallingSource
        isDescribed = wanted.flags.has(.described)
        switch wanted.nat {
        case .proof: policy = .proof
        case .strict: policy = .strict
        case .any: policy = .any
        }
    }
}

extension CompandingLaw {
    /// The law that a side is sent, or else may send. Nil when it is neither. RT safe.
    @_noAllocation @_noLocks
    init?(_ wanted: TerminationDescriptor) {
        if let law = CompandingLaw(wanted.sendPayload.format) {
            self = law
        } else if let law = CompandingLaw(wanted.receivePayload.format) {
            self = law
        } else {
            return nil
        }
    }

    /// RT safe.
    @_noAllocation @_noLocks
    init?(_ format: AudioFormat) {
        switch format {
        case .pcmu: self = .mu
        case .pcma: self = .a
        case .none: return nil
        }
    }
}
