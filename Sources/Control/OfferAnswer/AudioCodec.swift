import SDP

/// An audio encoding as SDP names it, without a payload type. RFC 3551 §4.5, §6.
package struct AudioCodec: Hashable, Sendable {
    /// IANA spelling; compared without case by `matches`.
    package var name: String
    /// RTP clock in Hz (8000 for G722, RFC 3551 §4.5.2).
    package var clockRate: UInt32
    package var channels: UInt8
    /// Format parameters as the author of a description wrote them; says what that author receives.
    package var fmtp: String?

    package init(_ name: String, clockRate: UInt32 = 8000, channels: UInt8 = 1, fmtp: String? = nil) {
        self.name = name
        self.clockRate = clockRate
        self.channels = channels
        self.fmtp = fmtp
    }

    package static let pcmu = AudioCodec("PCMU")
    package static let pcma = AudioCodec("PCMA")
    /// RFC 4733, at the clock of G.711.
    package static let telephoneEvent = AudioCodec("telephone-event")
    /// RFC 3389
    package static let comfortNoise = AudioCodec("CN")

    /// Same encoding, clock and channels; parameters may differ.
    package func matches(_ other: AudioCodec) -> Bool {
        clockRate == other.clockRate && channels == other.channels && isNamed(other.name)
    }

    /// Events and noise stand beside speech and never make a stream alone.
    package var isSpeech: Bool { !isTelephoneEvent && !isComfortNoise }
    package var isTelephoneEvent: Bool { isNamed("telephone-event") }
    package var isComfortNoise: Bool { isNamed("CN") }

    /// Compares without case. Names are ASCII tokens (RFC 8866 §9), so one bit tells the cases apart; a token
    /// has none of the characters that would be confused by it.
    private func isNamed(_ other: String) -> Bool {
        if name == other { return true }
        return name.utf8.count == other.utf8.count
            && zip(name.utf8, other.utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
    }

    /// A-law or µ-law: the media plane converts between the two.
    package var isG711: Bool { matches(.pcmu) || matches(.pcma) }

    /// A codec named in a configuration or on a command line: `PCMU`, `opus/48000/2`; nil for none.
    package init?(text: String) {
        guard let map = RTPMap("0 " + (text.contains("/") ? text : text + "/8000")) else { return nil }
        self.init(map.encoding, clockRate: map.clockRate, channels: map.channels)
    }
}

extension AudioCodec {
    /// The payload type that needs no rtpmap; nil for a codec without one. RFC 3551 §6, table 4.
    package var staticPayloadType: UInt8? {
        Self.assignments.first { $0.codec.matches(self) }?.payloadType
    }

    /// What a static payload type means. RFC 3551 §6, table 4.
    package init?(staticPayloadType number: UInt8) {
        guard let found = Self.assignments.first(where: { $0.payloadType == number }) else { return nil }
        self = found.codec
    }

    private static let assignments: [(payloadType: UInt8, codec: AudioCodec)] = [
        (0, .pcmu), (3, AudioCodec("GSM")), (4, AudioCodec("G723")), (5, AudioCodec("DVI4")),
        (6, AudioCodec("DVI4", clockRate: 16_000)), (7, AudioCodec("LPC")), (8, .pcma), (9, AudioCodec("G722")),
        (10, AudioCodec("L16", clockRate: 44_100, channels: 2)), (11, AudioCodec("L16", clockRate: 44_100)),
        (12, AudioCodec("QCELP")), (13, .comfortNoise), (14, AudioCodec("MPA", clockRate: 90_000)),
        (15, AudioCodec("G728")), (16, AudioCodec("DVI4", clockRate: 11_025)),
        (17, AudioCodec("DVI4", clockRate: 22_050)), (18, AudioCodec("G729")),
    ]
}
