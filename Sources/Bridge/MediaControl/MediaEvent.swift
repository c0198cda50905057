package import Octets

/// What the media plane tells of itself.
package enum MediaNotice: UInt8, Sendable, BitwiseCopyable {
    /// The first packet of `side` was taken; `endpoint` is its source.
    case started = 1
    /// A telephone event ended on `side`: `digit` 0...15 (RFC 4733 section 3.2), `value` in milliseconds.
    case digit = 2
    /// `side` sends from another source now; `endpoint` tells it.
    case rebound = 3
    /// Packets arrive that could belong to more than one unproven termination of `side`'s port.
    case ambiguous = 4
    /// The context has ended: its final counters are in the slot until acknowledged.
    case subtracted = 5
    /// The command `correlation` was not carried out (unknown context, slot in use).
    case refused = 6
    /// Pool entry `value` is open (1 << 32 set) or could not be opened (low half: errno).
    case port = 7
    /// The media thread ends.
    case stopped = 8
}

/// One event up the bridge: a plain value without pointers.
package struct MediaEvent: Sendable, BitwiseCopyable, Hashable {
    package var notice: MediaNotice
    package var side: Side
    package var digit: UInt8 = 0
    package var portIndex: UInt16 = 0
    package var correlation: UInt32 = 0
    package var context: ContextID
    package var value: UInt64 = 0
    package var endpoint: InetEndpoint = .unspecified

    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package init(_ notice: MediaNotice, context: ContextID, side: Side = .a) {
        self.notice = notice
        self.context = context
        self.side = side
    }
}
