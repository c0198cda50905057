package import Octets
import Tables
package import Timing

/// The pool of reserved UDP port pairs: which exist, how loaded each is, which remote endpoints meet there.
///
/// The two lists of the machine (reserved, free for the general-purpose plane) are exclusive: what is
/// claimed here is bound by the media plane's sockets, so that nobody else can bind it, and a
/// relinquished pair is closed before it leaves this list. Pure; owner: the SIP shard.
package struct PortRegistry: Sendable {
    /// How many calls share a pair.
    package enum Mode: Sendable { case shared, perCall }

    /// Where a pair is in its life.
    package enum State: Sendable, Equatable {
        /// Asked of the media plane, not yet bound.
        case claiming
        case open
        /// Takes no new call; closes when its last call has ended.
        case draining
        /// Asked to close; not yet confirmed.
        case closing
    }

    package struct Pair: Sendable {
        /// The RTP port; RTCP uses the next one.
        package let number: UInt16
        package internal(set) var state: State
        /// Terminations on this pair.
        package internal(set) var load = 0
        /// Who meets here, by remote endpoint.
        var meetings = ShrinkingTable<InetEndpoint, Meeting>()
        /// A pair just left by a call rests so that stragglers of the old call meet nobody (per-call mode).
        var restsUntil = MonotonicInstant(nanoseconds: 0)
    }

    /// Terminations of one remote endpoint on one pair.
    struct Meeting: Sendable {
        var all = 0
        /// Those that have not proved their source yet.
        var unproven = 0
    }

    package let mode: Mode
    /// By index, as commands name them. A closed pair leaves a hole that a later claim fills.
    private var pairs: [Pair?]
    private var cursor = 0

    /// A pool of `count` pairs from the even port `first` on, all open, with room for `capacity` pairs.
    package init(first: UInt16, count: Int, capacity: Int, mode: Mode) {
        self.mode = mode
        pairs = (0..<count).map { Pair(number: first + UInt16(2 * $0), state: .open) }
        pairs += Array(repeating: nil, count: max(0, capacity - count))
    }

    /// How long a pair rests after a call in per-call mode.
    package static let rest = TimeSpan.seconds(5)

    /// The pairs there are, with their indices.
    package var list: [(index: Int, pair: Pair)] {
        pairs.enumerated().compactMap { index, pair in pair.map { (index, $0) } }
    }

    package func pair(at index: Int) -> Pair? { pairs.indices.contains(index) ? pairs[index] : nil }

    /// Takes the least loaded open pair for a termination, preferring one where no unproven termination
    /// with the same `remote` waits, and among equals the next in turn.
    ///
    /// - Parameter remote: the far end's RTP address as known or expected; nil when there is none.
    /// - Returns: nil when no pair may take a call.
    /// - Complexity: one pass over the pool.
    package mutating func take(remote: InetEndpoint?, now: MonotonicInstant) -> Int? {
        var best: (index: Int, cost: Int)?
        for step in 0..<pairs.count {
            let index = (cursor + step) % pairs.count
            guard let pair = pairs[index], let cost = cost(of: pair, remote: remote, now: now) else { continue }
            if let found = best, found.cost <= cost { continue }
            best = (index, cost)
            if cost == 0 { break }
        }
        guard let found = best else { return nil }
        cursor = (found.index + 1) % pairs.count
        pairs[found.index]?.load += 1
        return found.index
    }

    private func cost(of pair: Pair, remote: InetEndpoint?, now: MonotonicInstant) -> Int? {
        guard pair.state == .open else { return nil }
        switch mode {
        case .perCall:
            return pair.load == 0 && pair.restsUntil <= now ? 0 : nil
        case .shared:
            guard let remote else { return pair.load }
            let meeting = pair.meetings[remote] ?? Meeting()
            return pair.load + meeting.all + meeting.unproven * 4096
        }
    }

    /// Notes that a termination on `index` expects `remote`, unproven. Call `settle` or `leave` later.
    package mutating func expect(_ remote: InetEndpoint, at index: Int) {
        count(remote, all: 1, unproven: 1, at: index)
    }

    /// Whether another unproven termination waits for `remote` on this pair.
    package func collides(_ remote: InetEndpoint, at index: Int) -> Bool { waiting(for: remote, at: index) > 0 }

    /// How many unproven terminations wait for `remote` on this pair.
    package func waiting(for remote: InetEndpoint, at index: Int) -> Int {
        pairs[index]?.meetings[remote]?.unproven ?? 0
    }

    /// The termination proved its source: it no longer stands in another's way.
    package mutating func settle(_ remote: InetEndpoint, at index: Int) {
        count(remote, all: 0, unproven: -1, at: index)
    }

    /// The termination no longer expects `remote`.
    package mutating func forget(_ remote: InetEndpoint, proven: Bool, at index: Int) {
        count(remote, all: -1, unproven: proven ? 0 : -1, at: index)
    }

    private mutating func count(_ remote: InetEndpoint, all: Int, unproven: Int, at index: Int) {
        var meeting = pairs[index]?.meetings[remote] ?? Meeting()
        meeting.all = max(0, meeting.all + all)
        meeting.unproven = max(0, meeting.unproven + unproven)
        pairs[index]?.meetings[remote] = meeting.all > 0 ? meeting : nil
    }

    /// A termination left the pair.
    /// - Returns: true when the pair was draining and is empty now: it is to be closed.
    package mutating func leave(_ index: Int, now: MonotonicInstant) -> Bool {
        guard pairs[index] != nil else { return false }
        pairs[index]?.load -= 1
        pairs[index]?.restsUntil = now + Self.rest
        guard let pair = pairs[index], pair.load == 0, pair.state == .draining else { return false }
        pairs[index]?.state = .closing
        return true
    }

    /// Why a pair was not claimed or relinquished.
    package enum Refusal: Error, Equatable, Sendable {
        case oddPort, alreadyReserved, noRoom, notReserved, lastPair

        /// One sentence for whoever asked.
        package var sentence: String {
            switch self {
            case .oddPort: return "an RTP port is even, and its RTCP port is the next one"
            case .alreadyReserved: return "the port is reserved already"
            case .noRoom: return "the pool has no room for another pair (media.max_ports)"
            case .notReserved: return "the port is not reserved"
            case .lastPair: return "the last open pair stays reserved"
            }
        }
    }

    /// Reserves the pair at `number`; the caller has the media plane open it and then calls `opened`.
    package mutating func claim(_ number: UInt16) throws(Refusal) -> Int {
        guard number % 2 == 0, number > 0 else { throw .oddPort }
        guard !pairs.contains(where: { $0?.number == number }) else { throw .alreadyReserved }
        guard let hole = pairs.firstIndex(where: { $0 == nil }) else { throw .noRoom }
        pairs[hole] = Pair(number: number, state: .claiming)
        return hole
    }

    /// The media plane's answer to a claim or a relinquishment.
    package mutating func opened(_ index: Int, _ success: Bool) {
        if success { pairs[index]?.state = .open } else { pairs[index] = nil }
    }

    package mutating func closed(_ index: Int) { pairs[index] = nil }

    /// Gives up the pair at `number`: closed at once when idle, else when its last call has ended.
    /// - Returns: its index, and whether it is to be closed at once.
    package mutating func relinquish(_ number: UInt16) throws(Refusal) -> (index: Int, closeNow: Bool) {
        guard let index = pairs.firstIndex(where: { $0?.number == number }), let pair = pairs[index] else {
            throw .notReserved
        }
        guard pairs.contains(where: { $0?.state == .open && $0?.number != number }) else { throw .lastPair }
        pairs[index]?.state = pair.load == 0 ? .closing : .draining
        return (index, pair.load == 0)
    }
}
