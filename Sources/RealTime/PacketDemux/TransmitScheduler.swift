import Rings

/// A frame that waits to be sent: where it lies is its owner's business.
package struct TransmitDescriptor: Hashable, Sendable, BitwiseCopyable {
    /// Number of the frame in its owner's arena.
    package var frame: UInt32
    /// Where it begins in there.
    package var offset: UInt32
    /// Octets on the wire.
    package var count: UInt32

    /// RT safe.
    @_noAllocation @_noLocks
    package init(frame: UInt32, offset: UInt32, count: UInt32) {
        self.frame = frame
        self.offset = offset
        self.count = count
    }
}

/// Which side a frame to be sent comes from.
package enum TransmitClass: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case realTime
    case general

    @_noAllocation @_noLocks
    package static func == (left: TransmitClass, right: TransmitClass) -> Bool { left.rawValue == right.rawValue }
}

/// What the general-purpose side may send.
package struct TransmitLimits: Sendable, BitwiseCopyable {
    /// Octets of the longest frame that is taken; a longer one would hold the wire too long.
    package var frame: UInt32
    /// Octets a turn. A frame that goes beyond is paid for by the turns that follow.
    package var turn: UInt32

    /// RT safe.
    @_noAllocation @_noLocks
    package init(frame: UInt32, turn: UInt32) {
        self.frame = frame
        self.turn = turn
    }
}

/// What a scheduler has done with the frames of one side. Wraps.
package struct TransmitCounters: Sendable, BitwiseCopyable {
    /// Handed out.
    package internal(set) var sent: UInt64 = 0
    /// Not taken: the queue was full.
    package internal(set) var full: UInt64 = 0
    /// Not taken: longer than the limit.
    package internal(set) var oversized: UInt64 = 0

    @_noAllocation @_noLocks
    init() {}
}

/// Two bounded queues with strict priority: no general-purpose frame is handed out while a real-time one waits.
///
/// A turn is one round of the sender: `beginTurn`, then `next` until it has none or the device is full. What the
/// general-purpose side gets in a turn is bounded, so that the sender looks for real-time frames again soon.
/// Sans-IO. RT safe: each call O(1). Owner: the thread that sends.
package struct TransmitScheduler: Sendable {
    private var realTime: FixedQueue<TransmitDescriptor>
    private var general: FixedQueue<TransmitDescriptor>
    private let limits: TransmitLimits
    /// Octets that the general-purpose side may still send this turn; negative after a frame that went beyond.
    private var budget: Int64
    private var realTimeCounters = TransmitCounters()
    private var generalCounters = TransmitCounters()

    /// RT safe.
    @_noAllocation @_noLocks
    init(
        realTime: FixedQueue<TransmitDescriptor>, general: FixedQueue<TransmitDescriptor>, limits: TransmitLimits
    ) {
        self.realTime = realTime
        self.general = general
        self.limits = limits
        budget = Int64(limits.turn)
    }

    /// Starts a turn: the general-purpose side gets its octets, no more than one turn's of them. RT safe.
    @_noAllocation @_noLocks
    package mutating func beginTurn() { budget = min(Int64(limits.turn), budget &+ Int64(limits.turn)) }

    /// Takes a frame to be sent; false, and counted, if its queue is full or it is too long. RT safe.
    @_noAllocation @_noLocks
    package mutating func enqueue(_ descriptor: TransmitDescriptor, _ side: TransmitClass) -> Bool {
        switch side {
        case .realTime:
            if realTime.push(descriptor) { return true }
            realTimeCounters.full &+= 1
        case .general:
            if descriptor.count > limits.frame {
                generalCounters.oversized &+= 1
            } else if general.push(descriptor) {
                return true
            } else {
                generalCounters.full &+= 1
            }
        }
        return false
    }

    /// The frame that goes next: the oldest real-time one, else the oldest general-purpose one if this turn has
    /// octets left; nil if there is none. RT safe.
    @_noAllocation @_noLocks
    package mutating func next() -> (descriptor: TransmitDescriptor, side: TransmitClass)? {
        if let descriptor = realTime.pop() {
            realTimeCounters.sent &+= 1
            return (descriptor, .realTime)
        }
        guard budget > 0, let descriptor = general.pop() else { return nil }
        budget &-= Int64(descriptor.count)
        generalCounters.sent &+= 1
        return (descriptor, .general)
    }

    /// Frames of one side that wait. RT safe.
    @_noAllocation @_noLocks
    package func waiting(_ side: TransmitClass) -> Int { side == .realTime ? realTime.count : general.count }

    /// What was done with the frames of one side. RT safe.
    @_noAllocation @_noLocks
    package func counters(_ side: TransmitClass) -> TransmitCounters {
        side == .realTime ? realTimeCounters : generalCounters
    }
}
