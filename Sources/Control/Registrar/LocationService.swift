import SIPMessage
import SIPTransaction
import Tables
package import Timing

/// The location service of one SIP shard: which account is where. RFC 3261 §10.3.
///
/// Pure: changes are handed to the owner, who stores them. Owner: the event loop of its shard.
package struct LocationService: Sendable {
    package var policy: RegistrarPolicy
    /// Live bindings by account, in the order in which they were first registered.
    private(set) var accounts = ShrinkingTable<String, [Binding]>()
    private var deadlines = DeadlineQueue<String>()

    package init(policy: RegistrarPolicy = .init()) { self.policy = policy }

    /// The accounts with at least one binding.
    package var accountCount: Int { accounts.count }

    /// The live bindings of an account, the preferred first.
    package func bindings(of account: String, now: MonotonicInstant) -> [Binding] {
        guard let all = accounts[account] else { return [] }
        let live = all.filter { $0.expires > now }
        return live.count < 2 ? live : live.sorted { $0.quality > $1.quality }
    }

    /// Every live binding, by account.
    package func all(now: MonotonicInstant) -> [Binding] {
        accounts.entries.keys.sorted().flatMap { bindings(of: $0, now: now) }
    }

    /// When `expire` has to be called next.
    package var nextDeadline: MonotonicInstant? {
        mutating get { deadlines.next }
    }

    /// Forgets what has run out. The rows go as well.
    package mutating func expire(now: MonotonicInstant) -> [BindingChange] {
        var changes: [BindingChange] = []
        while let account = deadlines.popDue(now: now) {
            let old = accounts[account] ?? []
            changes += replace(account, old, with: old.filter { $0.expires > now })
        }
        return changes
    }

    /// Takes back what an earlier run has stored. Rows of accounts that are no more, or have run out, are given
    /// back as removals.
    package mutating func restore(
        _ rows: [StoredBinding], isAccount: (String) -> Bool, now: MonotonicInstant, wall: WallInstant
    ) -> [BindingChange] {
        var changes: [BindingChange] = []
        for row in rows {
            guard isAccount(row.account), let binding = Binding(row, now: now, wall: wall) else {
                changes.append(.removed(account: row.account, contact: row.contact))
                continue
            }
            accounts[row.account, default: []].append(binding)
        }
        for account in accounts.entries.keys { arm(account) }
        return changes
    }

    /// Forgets every binding of accounts that a new configuration does not have.
    package mutating func retain(_ isAccount: (String) -> Bool) -> [BindingChange] {
        accounts.entries.keys.filter { !isAccount($0) }.flatMap { replace($0, accounts[$0] ?? [], with: []) }
    }

    /// Puts the new list in place of the old one and says what changed.
    mutating func replace(_ account: String, _ old: [Binding], with new: [Binding]) -> [BindingChange] {
        accounts[account] = new.isEmpty ? nil : new
        arm(account)
        let keys = Set(new.map(\.key))
        let removed = old.filter { !keys.contains($0.key) }
        let stored = new.filter { !old.contains($0) }
        return removed.map { .removed(account: account, contact: $0.key) } + stored.map { .stored($0.stored) }
    }

    private mutating func arm(_ account: String) {
        if let first = accounts[account]?.map(\.expires).min() {
            deadlines.arm(account, at: first)
        } else {
            deadlines.disarm(account)
        }
    }
}
