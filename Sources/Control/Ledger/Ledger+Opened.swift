extension Ledger.Opened {
    /// Hands the liveness file to the thread that stamps it.
    package consuming func takeLiveness() -> LivenessTable { liveness }
}
