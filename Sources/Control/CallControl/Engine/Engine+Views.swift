package import Registrar
package import SIPTransaction
package import Timing

/// What the console shows beside the calls.
extension CallEngine {
    /// Every live binding of every account.
    package func registrations(now: MonotonicInstant) -> [Binding] { location.all(now: now) }

    package var transactionCounts: TransactionCounts { transactions.counts }
}
