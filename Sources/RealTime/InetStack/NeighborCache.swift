import InetWire
package import Octets
import Rings
package import Timing

/// Addresses of the link to MAC addresses: ARP and neighbour discovery in one table, fed by the answers that we see
/// and by the kernel's own table.
///
/// An address may lie in the `window` places from the one that its hash names, so every call visits at most those.
/// Sans-IO: outcomes say when to ask, `FrameComposer` writes the question, time is an argument.
/// Owner: the media thread.
package struct NeighborCache: Sendable {
    /// Places that an address can lie in.
    package static var window: Int { @_noAllocation @_noLocks get { 16 } }
    /// Questions for all addresses within one second, at most.
    package static var questionLimit: Int { @_noAllocation @_noLocks get { 64 } }
    /// Questions that a stale neighbour may leave open before it counts as gone: MAX_UNICAST_SOLICIT.
    package static var patience: UInt8 { @_noAllocation @_noLocks get { 3 } }
    /// For so long a confirmed MAC address is not asked for: REACHABLE_TIME.
    package static var reachableTime: TimeSpan { @_noAllocation @_noLocks get { .seconds(30) } }
    /// From one question for an address to the next: RETRANS_TIMER.
    package static var pause: TimeSpan { @_noAllocation @_noLocks get { .seconds(1) } }

    let slots: SlotArray<Neighbor>
    private let seed: UInt64
    package internal(set) var counters = NeighborCounters()
    private var secondStart = MonotonicInstant.start
    private var questionsInSecond = 0

    /// RT safe.
    @_noAllocation @_noLocks
    init(slots: SlotArray<Neighbor>, seed: UInt64) {
        self.slots = slots
        self.seed = seed
    }

    /// Neighbours there is room for. RT safe.
    package var capacity: Int { @_noAllocation @_noLocks get { slots.count } }

    /// The place at `index`, 0 ..< `capacity`, for lists; it may be free. RT safe.
    @_noAllocation @_noLocks
    package func neighbor(at index: Int) -> Neighbor { slots[index] }

    /// What is known of `address` at `now`, without asking; nil if nothing. RT safe, at most `window` places.
    @_noAllocation @_noLocks
    package func find(_ address: InetAddress, at now: MonotonicInstant) -> Neighbor? {
        guard let place = place(of: address) else { return nil }
        var neighbor = slots[place]
        if hasExpired(neighbor, at: now) { neighbor.state = .stale }
        return neighbor
    }

    /// Says what to do with a packet for `address`, a neighbour of ours. RT safe, at most `window` places.
    ///
    /// Counts the question that it asks for: call it once for each packet, and ask when it says so.
    @_noAllocation @_noLocks
    package mutating func lookup(_ address: InetAddress, at now: MonotonicInstant) -> NeighborOutcome {
        guard Self.canHave(address) else { return .impossible }
        guard let place = place(of: address) ?? insert(address, at: now) else { return .impossible }
        switch slots[place].state {
        case .permanent: return .known(slots[place].link)
        case .reachable, .stale:
            guard slots[place].state == .stale || hasExpired(slots[place], at: now) else {
                return .known(slots[place].link)
            }
            return confirm(place, at: now)
        case .incomplete, .free: return ask(place, at: now) ? .resolve : .waiting
        }
    }

    /// Forgets `address`. RT safe, at most `window` places.
    @_noAllocation @_noLocks
    package mutating func forget(_ address: InetAddress) {
        if let place = place(of: address) { slots[place] = Neighbor() }
    }

    /// Forgets all, as when the card changes. Set-up work: one pass over the cache. RT safe.
    @_noAllocation @_noLocks
    package mutating func removeAll() {
        var place = 0
        while place < slots.count {
            slots[place] = Neighbor()
            place &+= 1
        }
    }

    /// A stale MAC address is used until `patience` questions stay open. RT safe.
    @_noAllocation @_noLocks
    private mutating func confirm(_ place: Int, at now: MonotonicInstant) -> NeighborOutcome {
        slots[place].state = .stale
        guard isDue(slots[place], at: now) else { return .known(slots[place].link) }
        guard slots[place].asked < Self.patience else {
            slots[place].state = .incomplete
            slots[place].link = .zero
            return ask(place, at: now) ? .resolve : .waiting
        }
        return ask(place, at: now) ? .confirm(slots[place].link) : .known(slots[place].link)
    }

    /// Notes a question if one may be asked now. RT safe.
    @_noAllocation @_noLocks
    private mutating func ask(_ place: Int, at now: MonotonicInstant) -> Bool {
        guard isDue(slots[place], at: now) else { return false }
        if now - secondStart >= Self.pause {
            secondStart = now
            questionsInSecond = 0
        }
        guard questionsInSecond < Self.questionLimit else { return false }
        questionsInSecond &+= 1
        counters.questions &+= 1
        slots[place].askedAt = now
        if slots[place].asked < .max { slots[place].asked &+= 1 }
        return true
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private func isDue(_ neighbor: Neighbor, at now: MonotonicInstant) -> Bool {
        neighbor.asked == 0 || now - neighbor.askedAt >= Self.pause
    }

    /// RT safe.
    @_noAllocation @_noLocks
    func hasExpired(_ neighbor: Neighbor, at now: MonotonicInstant) -> Bool {
        neighbor.state == .reachable && now - neighbor.since >= Self.reachableTime
    }
}

extension NeighborCache {
    /// Whether a station of the link can have `address`. RT safe.
    @_noAllocation @_noLocks
    static func canHave(_ address: InetAddress) -> Bool {
        !address.isUnspecified && !address.isMulticast && !address.isLoopback && !(address == .ipv4(.max))
    }

    /// Where `address` lies; nil if it is not there. RT safe, at most `window` places.
    @_noAllocation @_noLocks
    func place(of address: InetAddress) -> Int? {
        let home = home(of: address)
        var step = 0
        while step < Self.window {
            let place = (home &+ step) & (slots.count &- 1)
            if !(slots[place].state == .free), slots[place].address == address { return place }
            step &+= 1
        }
        return nil
    }

    /// Makes an incomplete entry: in a free place, else in that of the oldest neighbour of the window which is not
    /// confirmed; nil if there is none. RT safe, at most `window` places.
    @_noAllocation @_noLocks
    mutating func insert(_ address: InetAddress, at now: MonotonicInstant) -> Int? {
        let home = home(of: address)
        var best: Int?
        var step = 0
        while step < Self.window {
            let place = (home &+ step) & (slots.count &- 1)
            if slots[place].state == .free {
                best = place
                break
            }
            if isLess(place, than: best, at: now) { best = place }
            step &+= 1
        }
        guard let place = best else {
            counters.crowded &+= 1
            return nil
        }
        if !(slots[place].state == .free) { counters.evicted &+= 1 }
        slots[place] = Neighbor()
        slots[place].address = address
        slots[place].state = .incomplete
        slots[place].since = now
        return place
    }

    /// Whether the neighbour at `place` may go, and sooner than the one at `other`. RT safe.
    @_noAllocation @_noLocks
    private func isLess(_ place: Int, than other: Int?, at now: MonotonicInstant) -> Bool {
        let neighbor = slots[place]
        if neighbor.state == .permanent { return false }
        if neighbor.state == .reachable, !hasExpired(neighbor, at: now) { return false }
        guard let other else { return true }
        return neighbor.since < slots[other].since
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private func home(of address: InetAddress) -> Int {
        var mix = (address.low ^ seed) &* 0x9E37_79B9_7F4A_7C15
        mix ^= mix &>> 32
        mix = (mix ^ address.high) &* 0xD6E8_FEB8_6659_FD93
        mix ^= mix &>> 29
        return Int(truncatingIfNeeded: mix) & (slots.count &- 1)
    }
}
