/// What a command asks for. H.248 verbs, plus the pool's and the process's own.
package enum MediaVerb: UInt8, Sendable, BitwiseCopyable {
    /// A new context with both terminations. Answered by nothing; a refusal is a `refused` event.
    case add = 1
    /// Both terminations of a context change together.
    case modify = 2
    /// Sends one RFC 4733 digit to `side`: `digit` 0...15, `duration` in milliseconds.
    case sendDigit = 3
    /// Opens the sockets of pool entry `portIndex` at UDP port `portNumber` (RTCP at the next one).
    case claimPort = 4
    /// Closes the sockets of pool entry `portIndex`.
    case relinquishPort = 5
    /// Ends the media thread after it has answered everything before.
    case stop = 6
}

/// One command down the bridge: a plain value without pointers.
package struct MediaCommand: Sendable, BitwiseCopyable {
    package var verb: MediaVerb
    package var path: MediaPath = .closed
    package var side: Side = .a
    package var digit: UInt8 = 0
    package var duration: UInt16 = 0
    package var portIndex: UInt16 = 0
    package var portNumber: UInt16 = 0
    /// Comes back in events that answer this command.
    package var correlation: UInt32 = 0
    package var context = ContextID(slot: 0, generation: 0)
    package var a = TerminationDescriptor()
    package var b = TerminationDescriptor()

    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package init(_ verb: MediaVerb) { self.verb = verb }
}

/// A context to end. It has a lane of its own with room for every slot, so that it always fits.
///
/// `after` says how many commands had been given before it: it is taken when those have been.
package struct SubtractOrder: Sendable, BitwiseCopyable {
    package let context: ContextID
    package let after: UInt64

    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package init(context: ContextID, after: UInt64) {
        self.context = context
        self.after = after
    }
}
