import Billing
import Registrar
import SIPMessage
import SIPTransaction
import SwitchConfig
import Tables
import Timing

/// The answer to a REGISTER whose bindings are on their way to the disk.
struct AwaitedRegistration: Sendable {
    let id: ServerTransactionID
    let response: SIPResponse
}

/// A phone hears that it is registered once a restart would know it too.
extension CallEngine {
    /// How many answers may wait for the disk; more are sent at once.
    static let awaitedLimit = 4_096
    /// How long an answer waits at most.
    static let awaitedSpan = TimeSpan.milliseconds(500)
    /// Tells tokens of registrations from those of calls, whose numbers have 48 bits.
    private static let registrationBit: UInt64 = 1 << 63

    /// Sends the response when the changes are on disk. When they are not in time, it is sent all the same: the
    /// phone can be reached, and comes again before its time is over.
    func respond(_ id: ServerTransactionID, _ response: SIPResponse, after changes: [BindingChange]) {
        guard awaited.count < Self.awaitedLimit else {
            emit(.bindings(changes, token: nil))
            return respond(id, response)
        }
        nextAwaited += 1
        awaited[nextAwaited] = AwaitedRegistration(id: id, response: response)
        deadlines.arm(.registration(nextAwaited), at: now + Self.awaitedSpan)
        emit(.bindings(changes, token: LedgerToken(rawValue: nextAwaited | Self.registrationBit)))
    }

    /// Whether the token was a registration's; its answer goes out then.
    func registrationTold(_ token: LedgerToken, _ failure: LedgerFailure?) -> Bool {
        guard token.rawValue & Self.registrationBit != 0 else { return false }
        settle(token.rawValue & ~Self.registrationBit, failure.map { "not written: \($0.rawValue)" })
        return true
    }

    /// The disk has had its time.
    func registrationNotCommitted(_ number: UInt64) {
        settle(number, "not on disk in \(Self.awaitedSpan.wholeMilliseconds) ms")
    }

    private func settle(_ number: UInt64, _ problem: String?) {
        guard let waiting = awaited.removeValue(forKey: number) else { return }
        deadlines.disarm(.registration(number))
        if let problem { log(.warning, "a registration is answered though it is \(problem)") }
        respond(waiting.id, waiting.response)
    }
}
