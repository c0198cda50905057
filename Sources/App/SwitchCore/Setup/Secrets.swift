import CLinux
import CallControl

/// Chance from the system.
enum Secrets {
    /// Keys for one run. The nonce key is new at every start, as the table of used nonce counts is: phones are
    /// challenged anew with `stale`, and nothing of before can be replayed.
    static func draw() -> EngineSecrets {
        EngineSecrets(
            tokenKey: (word(), word()),
            nonceKey: (0..<4).flatMap { _ in octets(word()) }, seed: word())
    }

    static func word() -> UInt64 {
        var word: UInt64 = 0
        // unsafe: the kernel fills eight octets. Sound: that is the size of the variable.
        let problem = unsafe clinux_random(&word, 8)
        precondition(problem == 0, "the system gives no random numbers")
        return word
    }

    private static func octets(_ word: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
}
