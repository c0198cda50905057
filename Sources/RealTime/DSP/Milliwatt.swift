/// The reference level of telephony, 0 dBm0. ITU-T G.711 §4.
package enum Milliwatt {
    /// Frequency of the test tone: off 1 kHz, so that it is no submultiple of the sampling rate. ITU-T O.6.
    package static var hertz: UInt32 { @_noAllocation @_noLocks get { 1004 } }

    /// Highest sample of a sine at 0 dBm0 in a µ-law channel: 3.17 dB below the overload point. RT safe.
    package static var muLawPeak: Int16 { @_noAllocation @_noLocks get { 22_656 } }

    /// The same in an A-law channel: 3.14 dB below. RT safe.
    package static var aLawPeak: Int16 { @_noAllocation @_noLocks get { 22_827 } }

    /// Octet `index` of the periodic sequence that is 1 kHz at 0 dBm0 by µ-law. G.711 table 6. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func muLawOctet(at index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: 0x1e0b_0b1e_9e8b_8b9e >> UInt64(56 - (index & 7) * 8))
    }

    /// Octet `index` of the periodic sequence that is 1 kHz at 0 dBm0 by A-law. G.711 table 5. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func aLawOctet(at index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: 0x3421_2134_b4a1_a1b4 >> UInt64(56 - (index & 7) * 8))
    }
}
