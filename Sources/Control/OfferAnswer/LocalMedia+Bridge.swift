import SDP

/// What a back-to-back user agent tells one leg so that it can be joined to the other.
extension LocalMedia {
    /// The offer for leg B that stands for A's offer: A's codecs first and in its order, so that packets can
    /// pass unconverted, then those of ours that A's can be converted to. Direction (hold included), packet
    /// time, events and noise are A's.
    ///
    /// - Parameter a: read against our `codecs`.
    /// - Throws: `.noCommonCodec` when we have none of A's.
    package func offer(standingFor a: AudioOffer) throws(NegotiationProblem) -> LocalMedia {
        var media = self
        let shared = a.speech.map(\.codec).filter { codec in codecs.contains { $0.matches(codec) } }
        media.codecs = withConversions(shared)
        guard !media.codecs.isEmpty else { throw .noCommonCodec }
        media.direction = a.direction
        media.ptime = a.ptime ?? ptime
        media.maxptime = a.maxptime ?? maxptime
        if a.telephoneEvent(beside: shared.first) == nil { media.telephoneEvents = nil }
        media.comfortNoise = comfortNoise && a.comfortNoise != nil
        return media
    }

    /// What to answer A with once B has answered: the codecs that both legs have, in B's order (relay); where
    /// there are none, those of A's that can be converted to B's.
    ///
    /// - Throws: `.noCommonCodec` when there are none either.
    package func answer(to a: AudioOffer, after b: NegotiatedAudio) throws(NegotiationProblem) -> LocalMedia {
        var media = self
        media.codecs = b.codecs.map(\.codec).filter { codec in
            a.speech.contains { $0.codec.matches(codec) } && codecs.contains { $0.matches(codec) }
        }
        if media.codecs.isEmpty, b.codecs.contains(where: \.codec.isG711) {
            media.codecs = codecs.filter { codec in
                codec.isG711 && a.speech.contains { $0.codec.matches(codec) }
            }
        }
        guard !media.codecs.isEmpty else { throw .noCommonCodec }
        media.follow(b)
        return media
    }

    /// The offer for A when A's INVITE had none and B has answered ours: B's codecs first, then conversions.
    ///
    /// - Throws: `.noCommonCodec` when B's stream is removed.
    package func lateOffer(after b: NegotiatedAudio) throws(NegotiationProblem) -> LocalMedia {
        var media = self
        media.codecs = withConversions(b.codecs.map(\.codec))
        guard !media.codecs.isEmpty else { throw .noCommonCodec }
        media.follow(b)
        return media
    }

    private func withConversions(_ first: [AudioCodec]) -> [AudioCodec] {
        guard first.contains(where: \.isG711) else { return first }
        return first + codecs.filter { codec in codec.isG711 && !first.contains { $0.matches(codec) } }
    }

    private mutating func follow(_ other: NegotiatedAudio) {
        direction = other.remoteDirection
        ptime = other.ptime
        if other.telephoneEvent == nil { telephoneEvents = nil }
        comfortNoise = comfortNoise && other.comfortNoise != nil
    }
}
