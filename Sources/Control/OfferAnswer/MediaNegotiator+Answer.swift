package import SDP

extension MediaNegotiator {
    /// Answers the peer's offer. Nothing has changed when it throws: what was agreed before holds on.
    ///
    /// A later offer whose ports are all 0 takes the audio out of the session: `NegotiatedAudio.removed`.
    /// - Throws: `.offerPending` (491) while ours is open; `.noAudio`, `.transport`, `.noCommonCodec`,
    ///   `.address` (488).
    package mutating func answer(
        to offer: SessionDescription, with local: LocalMedia, order: CodecOrder = .offerer
    ) throws(NegotiationProblem) -> (description: SessionDescription, audio: NegotiatedAudio) {
        guard !isOffering else { throw .offerPending }
        if agreed != nil, !offer.media.isEmpty, offer.media.allSatisfy({ $0.port == 0 }) {
            return settle(offer, offer.media.map(refusal), .removed, audioIndex, local)
        }
        let theirs = try AudioOffer(offer, codecs: local.codecs, preferred: agreed == nil ? nil : audioIndex)
        let audio = agreement(theirs, local, order)
        guard !audio.codecs.isEmpty else { throw .noCommonCodec }
        var media = offer.media.map(refusal)
        // RFC 3264 §6.1; c= all zero does not change the answer's direction (RFC 6337 §5.4).
        let direction = local.direction.limited(to: theirs.statedDirection.reversed)
        media[theirs.index] = audioSection(
            local, formats(of: audio, local), direction: direction, mux: audio.rtcpMux)
        return settle(offer, media, audio, theirs.index, local)
    }

    private mutating func settle(
        _ offer: SessionDescription, _ media: [MediaSection], _ audio: NegotiatedAudio, _ index: Int,
        _ local: LocalMedia
    ) -> (description: SessionDescription, audio: NegotiatedAudio) {
        lines = offer.media
        audioIndex = min(index, max(lines.count - 1, 0))
        agreed = audio
        state = .settled(answered: nil)
        return (publish(media, local, times: offer.times), audio)
    }

    private mutating func agreement(
        _ theirs: AudioOffer, _ local: LocalMedia, _ order: CodecOrder
    ) -> NegotiatedAudio {
        let codecs = common(theirs.speech, local.codecs, order).compactMap { take($0) }
        var event: NegotiatedCodec?
        if local.telephoneEvents != nil {
            event = theirs.telephoneEvent(beside: codecs.first?.codec).flatMap { take($0) }
        }
        let noise = local.comfortNoise ? theirs.comfortNoise.flatMap { take($0) } : nil
        return NegotiatedAudio(
            theirs, codecs: codecs, event: event, noise: noise, rtcpMux: local.rtcpMux && theirs.rtcpMux,
            direction: local.direction.limited(to: theirs.statedDirection.reversed))
    }

    /// Each codec once, in the wanted order.
    private func common(
        _ theirs: [AudioOffer.Format], _ ours: [AudioCodec], _ order: CodecOrder
    ) -> [AudioOffer.Format] {
        var first: [AudioOffer.Format] = []
        for format in theirs where !first.contains(where: { $0.codec.matches(format.codec) }) {
            first.append(format)
        }
        switch order {
        case .offerer: return first.filter { format in ours.contains { $0.matches(format.codec) } }
        case .own: return ours.compactMap { codec in first.first { $0.codec.matches(codec) } }
        }
    }

    /// Our number is the offerer's wherever that is free (RFC 3264 §6.1).
    private mutating func take(_ theirs: AudioOffer.Format) -> NegotiatedCodec? {
        numbers.number(for: theirs.codec, wish: theirs.payloadType).map {
            NegotiatedCodec(codec: theirs.codec, sendType: theirs.payloadType, receiveType: $0)
        }
    }

    /// The formats of our answer: our numbers, our parameters.
    private func formats(of audio: NegotiatedAudio, _ local: LocalMedia) -> [AudioOffer.Format] {
        var formats = audio.codecs.map { agreed in
            var codec = agreed.codec
            codec.fmtp = local.codecs.first { $0.matches(codec) }?.fmtp
            return AudioOffer.Format(codec: codec, payloadType: agreed.receiveType)
        }
        if let event = audio.telephoneEvent, let ours = local.telephoneEvents {
            var codec = event.codec
            codec.fmtp = ours.limited(to: audio.remoteEvents).fmtp
            formats.append(AudioOffer.Format(codec: codec, payloadType: event.receiveType))
        }
        if let noise = audio.comfortNoise {
            formats.append(AudioOffer.Format(codec: .comfortNoise, payloadType: noise.receiveType))
        }
        return formats
    }
}
