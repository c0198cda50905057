import SIPDialog
import SIPTransaction
import Timing

/// The engine's deadlines by name.
///
/// The names that every call arms and disarms are packed into a word, for which `DeadlineQueue` is made in its own
/// module: a generic type is not, for the types of another.
struct EngineDeadlines: Sendable {
    private var packed = DeadlineQueue<UInt64>()
    private var named = DeadlineQueue<EngineTimer>()

    /// The earliest deadline.
    var next: MonotonicInstant? {
        mutating get {
            guard let one = packed.next else { return named.next }
            guard !named.isEmpty, let other = named.next else { return one }
            return min(one, other)
        }
    }

    mutating func arm(_ timer: EngineTimer, at deadline: MonotonicInstant) {
        if let word = Self.word(timer) { packed.arm(word, at: deadline) } else { named.arm(timer, at: deadline) }
    }

    mutating func disarm(_ timer: EngineTimer) {
        if let word = Self.word(timer) { packed.disarm(word) } else { named.disarm(timer) }
    }

    /// Takes a name whose deadline is not after `now`.
    mutating func popDue(now: MonotonicInstant) -> EngineTimer? {
        if let word = packed.popDue(now: now) { return Self.timer(word) }
        return named.isEmpty ? nil : named.popDue(now: now)
    }

    /// Call, leg, and a number of the timer: sessions' from 0, calls' from 128 on. Nil for the rare names.
    private static func word(_ timer: EngineTimer) -> UInt64? {
        switch timer {
        case .session(let address, let name):
            UInt64(address.call) << 32 | UInt64(address.leg) << 16 | UInt64(name.number)
        case .call(let call, let name): UInt64(call) << 32 | UInt64(callBase + name.rawValue)
        case .trunk, .registration, .drained: nil
        }
    }

    private static func timer(_ word: UInt64) -> EngineTimer? {
        let call = UInt32(truncatingIfNeeded: word >> 32)
        let number = UInt8(truncatingIfNeeded: word)
        if number >= callBase { return CallTimer(rawValue: number - callBase).map { .call(call, $0) } }
        let leg = UInt16(truncatingIfNeeded: word >> 16)
        return SessionTimer(number: number).map { .session(LegAddress(call: call, leg: leg), $0) }
    }

    private static let callBase: UInt8 = 128
}

extension SessionTimer {
    fileprivate var number: UInt8 {
        switch self {
        case .repeatAnswer: 0
        case .awaitAck: 1
        case .glare: 2
        case .forks: 3
        case .repeatProgress: 4
        }
    }

    fileprivate init?(number: UInt8) {
        switch number {
        case 0: self = .repeatAnswer
        case 1: self = .awaitAck
        case 2: self = .glare
        case 3: self = .forks
        case 4: self = .repeatProgress
        default: return nil
        }
    }
}
