import Billing
import Registrar
import Routing
import SIPMessage
import SIPTransaction
import SwitchConfig
import Tables
import Timing

/// The end of the program, an operator's wish, and new settings.
extension CallEngine {
    /// No new calls; those that run have `drain_s` left.
    func drain() {
        guard phase == .running else { return endAllCalls() }
        phase = .draining
        leaveRegistrars()
        guard !calls.isEmpty else { return finishDrain() }
        log(.notice, "draining: \(calls.count) calls left")
        deadlines.arm(.drained, at: now + .seconds(configuration.node.drainSeconds))
    }

    /// How long the farewells of calls that are ended are waited for. Their rows are closed before that.
    static var farewell: TimeSpan { .seconds(5) }

    /// What `drain` waited for has lasted long enough.
    func drainIsDue() {
        guard phase == .ending else { return endAllCalls() }
        log(.notice, "\(calls.count) calls without an answer to their end are left")
        finishDrain()
    }

    func endAllCalls() {
        if phase == .running { leaveRegistrars() }
        phase = .ending
        deadlines.arm(.drained, at: now + Self.farewell)
        guard !calls.isEmpty else { return finishDrain() }
        for call in calls.entries.values.sorted(by: { $0.number < $1.number }) {
            call.release(call.makeEnding(.shutdown, by: .ourselves, .networkOutOfOrder))
        }
    }

    /// The last call is gone.
    func finishDrain() {
        deadlines.disarm(.drained)
        emit(.drained)
    }

    func hangUp(_ id: UUIDv7) {
        guard let call = calls.entries.values.first(where: { $0.id == id }) else { return }
        call.release(call.makeEnding(.hangup, by: .ourselves, .normalClearing))
    }

    /// New settings for what comes; calls that run keep theirs.
    func reconfigure(_ new: Configuration) {
        let old = configuration
        configuration = new
        leastRank = new.log.level.rank
        directory = Directory(new, listeners: listenerList)
        limits.reconfigure(new.sip.limits, now: now)
        bans.reconfigure(new.sip.limits, now: now)
        transactions.settings = Self.layerSettings(new, listeners)
        location.policy = .init(new.sip.registrar)
        if old.sip.auth != new.sip.auth || old.sip.domain != new.sip.domain {
            challenger = Self.makeChallenger(new, nonceKey: nonceKey)
        }
        let changes = location.retain(directory.plan.isAccount)
        if !changes.isEmpty { emit(.bindings(changes, token: nil)) }
        reconfigureRegistrations(from: old)
        log(.notice, "new configuration in force")
    }
}
