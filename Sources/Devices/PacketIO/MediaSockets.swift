import CLinux
import Rings
package import Timing

/// What a wait in the kernel ended with.
package struct WakeReason: Sendable, BitwiseCopyable {
    /// Sockets that have something to read; with the receiving ring, datagrams.
    package var sockets = 0
    /// The control side rang.
    package var isRung = false
    /// A port was opened or closed: ask `nextPortAnswer`.
    package var hasPortAnswer = false
    /// The interface has changed.
    package internal(set) var hasCardNews = false

    /// RT safe.
    @_noAllocation @_noLocks
    init() {}
}

/// The kernel UDP sockets of the media ports: waits for all of them at once, reads and writes in batches.
///
/// Where io_uring is to be had the kernel receives into the frames while the thread waits. Elsewhere readiness is
/// told by epoll, level-triggered: a socket that was not read empty is simply ready again, and nothing has to be
/// remembered across cycles. Sockets are opened and closed by `PortKeeper` on a thread of its own, since the
/// kernel may wait while it binds. Owner: the media thread of its shard. Opened in Setup/.
@safe package struct MediaSockets: @unchecked Sendable {
    /// Frames offered to a socket at first: most hold one or two datagrams, and each offer costs a little.
    static var firstShare: Int { @_noAllocation @_noLocks get { 4 } }
    /// Frames offered to a socket that filled the first offer.
    static var share: Int { @_noAllocation @_noLocks get { 16 } }
    /// Datagrams of one call to the kernel when sending.
    static var sendSlots: Int { @_noAllocation @_noLocks get { 64 } }
    /// Tokens of the two bells among what is waited for; sockets have their index, with the ring and its generation.
    static var bellToken: UInt64 { @_noAllocation @_noLocks get { .max &- 1 } }
    static var answerToken: UInt64 { @_noAllocation @_noLocks get { .max &- 2 } }
    /// Tokens of the card's frames and news.
    static var cardToken: UInt64 { @_noAllocation @_noLocks get { .max &- 3 } }
    static var cardBellToken: UInt64 { @_noAllocation @_noLocks get { .max &- 4 } }

    let epoll: Int32
    let bell: Int32
    let pairCapacity: Int
    /// By socket index; -1 = no socket.
    let descriptors: SlotArray<Int32>
    /// What the kernel said last that it dropped on each socket.
    let dropMarks: SlotArray<UInt32>
    let ready: SlotArray<clinux_event>
    let received: SlotArray<clinux_received>
    let outgoing: SlotArray<clinux_outgoing>
    /// Chains of an egress batch: the entry after each, and first and last of each socket.
    let chain: SlotArray<Int32>
    let chainEnds: SlotArray<SendChain>
    let touched: SlotArray<Int32>
    /// The socket of each entry of `outgoing`, where the ring sends.
    let senders: SlotArray<Int32>
    // Why unsafe: the kernel's message structures are reached by address. Why sound: laid out in Setup/ over
    // memory that outlives the sockets; only the owner thread passes it to the kernel.
    let batch: OpaquePointer
    /// Sends for all sockets at once; nil = each has a call of its own.
    // Why unsafe: the ring is reached by address. Why sound: as the batch; closed after the owner thread has ended.
    let ring: OpaquePointer?
    /// Receives for all sockets and waits; nil = `epoll` waits, and each socket is read by a call of its own.
    // Why unsafe: the ring is reached by address. Why sound: as the batch; closed after the owner thread has ended.
    let receiver: OpaquePointer?
    /// What the receiving ring told and is not worked off.
    let arrivals: SlotArray<clinux_arrival>
    /// How often each place had a socket: tells what is told of an earlier one.
    let generations: SlotArray<UInt32>
    let keeper: PortKeeperLine
    /// The interface that is ours; nil = the kernel's sockets are all there is.
    package internal(set) var card: CardPort?
    /// The receiving ring listens: from the first wait of its owner on.
    var isListening = false
    var readyCount = 0
    var readyNext = 0
    var appetite = 4
    /// Everything counted so far.
    package internal(set) var counters = SocketCounters()

    /// Whether one call sends for all sockets. RT safe.
    package var sendsByRing: Bool { @_noAllocation @_noLocks get { unsafe ring != nil } }

    /// Whether the kernel receives for all sockets at once. RT safe.
    package var receivesByRing: Bool { @_noAllocation @_noLocks get { unsafe receiver != nil } }

    /// Sleeps in the kernel until a socket is ready, a bell rings or `deadline` comes. RT safe: one system call,
    /// the only one of the media thread that waits.
    ///
    /// - Parameter now: a look at the clock that is not older than the cycle.
    @_noAllocation @_noLocks
    package mutating func wait(until deadline: MonotonicInstant, now: MonotonicInstant) -> WakeReason {
        let span = deadline > now ? (deadline - now).nanoseconds : 0
        if receivesByRing { return waitByRing(span) }
        // Why unsafe: the kernel writes the list of what is ready. Why sound: the list holds as many entries as
        // are asked for.
        let count = unsafe clinux_epoll_wait(
            epoll, ready.pointer(at: 0), Int32(truncatingIfNeeded: ready.count), span)
        return sort(count)
    }

    /// Keeps the sockets of what is ready and answers the bells. RT safe: at most `ready.count` steps.
    @_noAllocation @_noLocks
    private mutating func sort(_ count: Int32) -> WakeReason {
        var reason = WakeReason()
        var index = 0
        readyCount = 0
        readyNext = 0
        while index < Int(count) {
            let token = ready[index].token
            if !isBell(token, noting: &reason) {
                ready[readyCount].token = token
                readyCount &+= 1
            }
            index &+= 1
        }
        reason.sockets = readyCount
        return reason
    }

    /// Silences the bell that a token stands for; false if it stands for a socket. RT safe: one system call.
    @_noAllocation @_noLocks
    func isBell(_ token: UInt64, noting reason: inout WakeReason) -> Bool {
        if token == Self.bellToken {
            _ = clinux_eventfd_drain(bell)
            reason.isRung = true
        } else if token == Self.answerToken {
            keeper.silence()
            reason.hasPortAnswer = true
        } else if token == Self.cardBellToken {
            if let card { _ = clinux_eventfd_drain(card.bell) }
            reason.hasCardNews = true
        } else {
            return false
        }
        return true
    }
}

/// First and last egress entry of one socket; -1 = none.
struct SendChain: Sendable, BitwiseCopyable {
    var first: Int32
    var last: Int32

    @_noAllocation @_noLocks
    init(first: Int32, last: Int32) {
        self.first = first
        self.last = last
    }
}
