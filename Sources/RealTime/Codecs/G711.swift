/// The two companding laws of G.711 as arithmetic: the readable reference that the tables are built from.
///
/// Samples are 16 bits, left-justified: A-law uses the upper 13, µ-law the upper 14. Encoding follows the ITU-T
/// software tool library (G.191): a negative sample is folded by its one's complement, so decision edges of
/// negative samples lie one step off those of coders that negate. µ-law octets are as sent, with all bits inverted.
package enum G711 {
    /// Encodes one sample by A-law. G.711 table 1a. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func encodeALaw(_ sample: Int16) -> UInt8 {
        let magnitude = UInt16(truncatingIfNeeded: sample < 0 ? ~sample : sample) >> 4
        let sign: UInt8 = sample < 0 ? 0 : 0x80
        guard magnitude > 31 else { return (UInt8(truncatingIfNeeded: magnitude) | sign) ^ 0x55 }
        let exponent = 12 - UInt16(truncatingIfNeeded: magnitude.leadingZeroBitCount)
        let mantissa = magnitude >> (exponent - 1) & 0x0f
        return (UInt8(truncatingIfNeeded: exponent << 4 | mantissa) | sign) ^ 0x55
    }

    /// Decodes one A-law octet to the middle of its interval. G.711 table 1a. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func decodeALaw(_ octet: UInt8) -> Int16 {
        let code = octet ^ 0x55
        let exponent = Int16(code >> 4 & 0x07)
        let step = Int16(code & 0x0f) << 4 + 8
        let magnitude = exponent == 0 ? step : (step + 0x100) << (exponent - 1)
        return code & 0x80 != 0 ? magnitude : -magnitude
    }

    /// Encodes one sample by µ-law. G.711 table 2a. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func encodeMuLaw(_ sample: Int16) -> UInt8 {
        let folded = UInt16(truncatingIfNeeded: sample < 0 ? ~sample : sample) >> 2
        let biased = min(folded + 33, 0x1fff)
        let exponent = 10 - UInt16(truncatingIfNeeded: biased.leadingZeroBitCount)
        let mantissa = biased >> (exponent + 1) & 0x0f
        let sign: UInt8 = sample < 0 ? 0 : 0x80
        return ~UInt8(truncatingIfNeeded: exponent << 4 | mantissa) & 0x7f | sign
    }

    /// Decodes one µ-law octet to the middle of its interval. G.711 table 2a. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func decodeMuLaw(_ octet: UInt8) -> Int16 {
        let code = ~octet
        let exponent = Int16(code >> 4 & 0x07)
        let magnitude = ((Int16(code & 0x0f) * 2 + 33) << exponent - 33) << 2
        return code & 0x80 != 0 ? -magnitude : magnitude
    }
}

/// Which of the two laws a payload is coded by.
package enum CompandingLaw: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case mu
    case a

    /// RT safe.
    @_noAllocation @_noLocks
    package static func == (left: CompandingLaw, right: CompandingLaw) -> Bool {
        switch (left, right) {
        case (.mu, .mu), (.a, .a): return true
        case (.mu, .a), (.a, .mu): return false
        }
    }

    /// The octet that stands for silence. RT safe.
    package var silence: UInt8 {
        @_noAllocation @_noLocks get {
            switch self {
            case .mu: return 0xff
            case .a: return 0xd5
            }
        }
    }
}
