import Octets
package import Timing

/// What a bad network does to packets: how often, and how long it takes.
package struct FaultProfile: Sendable, BitwiseCopyable {
    /// Of 1,000 packets, how many are lost, doubled, and held back so that later ones overtake them.
    package var lostPermille: Int
    package var doubledPermille: Int
    package var delayedPermille: Int
    /// What every packet takes, and what a held-back one takes more.
    package var latency: TimeSpan
    package var delay: TimeSpan

    /// RT safe.
    @_noAllocation @_noLocks
    package init(
        lostPermille: Int = 0, doubledPermille: Int = 0, delayedPermille: Int = 0, latency: TimeSpan = .zero,
        delay: TimeSpan = .milliseconds(30)
    ) {
        self.lostPermille = lostPermille
        self.doubledPermille = doubledPermille
        self.delayedPermille = delayedPermille
        self.latency = latency
        self.delay = delay
    }
}

/// Decides the fate of each packet by chance from a seed, the same for the same seed. It keeps no packets: whoever
/// uses it delivers each copy at its instant. Owner: one thread.
package struct FaultInjector: Sendable, BitwiseCopyable {
    package let profile: FaultProfile
    private var state: UInt64
    /// Packets asked about, lost, doubled and held back.
    package private(set) var packets: UInt64 = 0
    package private(set) var lost: UInt64 = 0
    package private(set) var doubled: UInt64 = 0
    package private(set) var delayed: UInt64 = 0

    /// RT safe.
    @_noAllocation @_noLocks
    package init(_ profile: FaultProfile, seed: UInt64) {
        self.profile = profile
        state = seed
    }

    /// When a packet sent at `now` arrives: never (both nil), once, or twice. RT safe.
    @_noAllocation @_noLocks
    package mutating func fate(at now: MonotonicInstant) -> (first: MonotonicInstant?, second: MonotonicInstant?) {
        packets &+= 1
        if falls(profile.lostPermille) {
            lost &+= 1
            return (nil, nil)
        }
        let first = arrival(now)
        guard falls(profile.doubledPermille) else { return (first, nil) }
        doubled &+= 1
        return (first, arrival(now))
    }

    @_noAllocation @_noLocks
    private mutating func arrival(_ now: MonotonicInstant) -> MonotonicInstant {
        guard falls(profile.delayedPermille) else { return now + profile.latency }
        delayed &+= 1
        return now + profile.latency + profile.delay
    }

    /// True for `permille` of 1,000 calls. SplitMix64 (Steele, Lea, Flood 2014).
    @_noAllocation @_noLocks
    private mutating func falls(_ permille: Int) -> Bool {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mix = state
        mix = (mix ^ (mix &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        mix = (mix ^ (mix &>> 27)) &* 0x94D0_49BB_1331_11EB
        return Int(truncatingIfNeeded: (mix ^ (mix &>> 31)) % 1_000) < permille
    }
}
