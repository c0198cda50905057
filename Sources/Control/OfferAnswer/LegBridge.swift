/// What joining the media of two legs takes, A being the caller's.
package enum BridgeWork: Equatable, Sendable {
    /// Both legs use the same codec: packets pass with new numbers only.
    case relay
    /// Speech is converted between the codec of leg A (`from`) and that of leg B (`to`), both ways.
    case transcode(from: AudioCodec, to: AudioCodec)
}

/// What becomes of one payload type on its way from one leg to the other.
package struct FormatTranslation: Equatable, Sendable {
    /// Our number on the leg that the packet comes from.
    package var receiveType: UInt8
    /// The peer's number on the leg that the packet goes to.
    package var sendType: UInt8
    package var source: AudioCodec
    package var target: AudioCodec

    package init(receiveType: UInt8, sendType: UInt8, source: AudioCodec, target: AudioCodec) {
        self.receiveType = receiveType
        self.sendType = sendType
        self.source = source
        self.target = target
    }

    /// Payload passes as it is.
    package var isRelay: Bool { source.matches(target) }
}

/// Two negotiated legs joined: every payload type that either peer may send, and what it becomes.
package struct LegBridge: Equatable, Sendable {
    package let work: BridgeWork
    /// The codecs in use on each leg; equal when `work` is `relay`.
    package let codecA: NegotiatedCodec
    package let codecB: NegotiatedCodec
    /// The codec in use first, then others that the sender may switch to, then events and noise.
    package let aToB: [FormatTranslation]
    package let bToA: [FormatTranslation]

    /// - Throws: `.noCommonCodec` when the legs share no codec and no conversion exists, or when a stream
    ///   is removed.
    package init(a: NegotiatedAudio, b: NegotiatedAudio) throws(NegotiationProblem) {
        guard let pair = Self.pair(a.codecs, b.codecs) else { throw .noCommonCodec }
        self.codecA = pair.a
        self.codecB = pair.b
        self.work = pair.a.codec.matches(pair.b.codec) ? .relay : .transcode(from: pair.a.codec, to: pair.b.codec)
        self.aToB = Self.translations(from: a, to: b, using: pair.a)
        self.bToA = Self.translations(from: b, to: a, using: pair.b)
    }

    private static func pair(
        _ a: [NegotiatedCodec], _ b: [NegotiatedCodec]
    ) -> (a: NegotiatedCodec, b: NegotiatedCodec)? {
        for codec in a {
            if let same = b.first(where: { $0.codec.matches(codec.codec) }) { return (codec, same) }
        }
        guard let first = a.first(where: \.codec.isG711), let second = b.first(where: \.codec.isG711) else {
            return nil
        }
        return (first, second)
    }

    private static func translations(
        from source: NegotiatedAudio, to target: NegotiatedAudio, using first: NegotiatedCodec
    ) -> [FormatTranslation] {
        let ordered = [first] + source.codecs.filter { $0 != first }
        var found = ordered.compactMap { codec in
            destination(of: codec.codec, in: target.codecs).map { translation(codec, $0) }
        }
        if let event = source.telephoneEvent, let other = target.telephoneEvent, event.codec.matches(other.codec) {
            found.append(translation(event, other))
        }
        if let noise = source.comfortNoise, let other = target.comfortNoise, noise.codec.matches(other.codec) {
            found.append(translation(noise, other))
        }
        return found
    }

    private static func destination(of codec: AudioCodec, in codecs: [NegotiatedCodec]) -> NegotiatedCodec? {
        if let same = codecs.first(where: { $0.codec.matches(codec) }) { return same }
        return codec.isG711 ? codecs.first(where: \.codec.isG711) : nil
    }

    private static func translation(_ source: NegotiatedCodec, _ target: NegotiatedCodec) -> FormatTranslation {
        FormatTranslation(
            receiveType: source.receiveType, sendType: target.sendType, source: source.codec, target: target.codec)
    }
}
