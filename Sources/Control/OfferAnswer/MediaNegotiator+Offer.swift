package import SDP

extension MediaNegotiator {
    /// Makes our offer: the first of a session, or a later one that keeps its m= lines and payload types.
    ///
    /// - Throws: `.offerPending` while an earlier one is open.
    package mutating func makeOffer(_ local: LocalMedia) throws(NegotiationProblem) -> SessionDescription {
        guard !isOffering else { throw .offerPending }
        let formats = formatsToOffer(local)
        let audio = audioSection(local, formats, direction: local.direction, mux: local.rtcpMux)
        var media = lines.map(refusal)
        if media.isEmpty { media = [audio] } else { media[audioIndex] = audio }
        let index = lines.isEmpty ? 0 : audioIndex
        state = .offering(Offer(local: local, formats: formats, audioIndex: index, media: media))
        return publish(media, local, times: [.permanent])
    }

    /// Takes the answer to our offer; once more for a later answer to the same offer.
    ///
    /// - Throws: `.noOffer`; `.mediaLines`, `.refused`, `.noCommonCodec`, `.transport`, `.address` for an
    ///   answer that can't be used. The offer stays open then, and the caller ends the call.
    package mutating func accept(answer: SessionDescription) throws(NegotiationProblem) -> NegotiatedAudio {
        let offer = try openOffer()
        guard answer.media.indices.contains(offer.audioIndex), answer.media[offer.audioIndex].kind == .audio
        else { throw .mediaLines }
        let result: NegotiatedAudio
        if answer.media[offer.audioIndex].port == 0 {
            guard agreed != nil else { throw .refused }
            result = .removed
        } else {
            result = try read(answer, against: offer)
        }
        lines = offer.media
        audioIndex = offer.audioIndex
        agreed = result
        state = .settled(answered: offer)
        return result
    }

    private func openOffer() throws(NegotiationProblem) -> Offer {
        switch state {
        case .offering(let offer), .settled(answered: .some(let offer)): return offer
        case .idle, .settled(answered: .none): throw .noOffer
        }
    }

    private func read(
        _ answer: SessionDescription, against offer: Offer
    ) throws(NegotiationProblem) -> NegotiatedAudio {
        var only = answer
        only.media = [answer.media[offer.audioIndex]]
        let speech = offer.formats.map(\.codec).filter(\.isSpeech)
        let theirs = try AudioOffer(only, codecs: speech, known: offer.formats)
        let codecs = theirs.speech.compactMap { pair($0, offer.formats) }
        let event = theirs.telephoneEvent(beside: codecs.first?.codec)
        return NegotiatedAudio(
            theirs, codecs: codecs, event: event.flatMap { pair($0, offer.formats) },
            noise: theirs.comfortNoise.flatMap { pair($0, offer.formats) },
            rtcpMux: offer.local.rtcpMux && theirs.rtcpMux,
            direction: offer.local.direction.limited(to: theirs.statedDirection.reversed))
    }

    private func pair(_ theirs: AudioOffer.Format, _ ours: [AudioOffer.Format]) -> NegotiatedCodec? {
        ours.first { $0.codec.matches(theirs.codec) }.map {
            NegotiatedCodec(codec: theirs.codec, sendType: theirs.payloadType, receiveType: $0.payloadType)
        }
    }

    /// Speech in our order, then events at each clock that speech uses (RFC 4733 §2.1), then noise.
    private mutating func formatsToOffer(_ local: LocalMedia) -> [AudioOffer.Format] {
        var formats: [AudioOffer.Format] = []
        func add(_ codec: AudioCodec, wish: UInt8? = nil) {
            guard !formats.contains(where: { $0.codec.matches(codec) }),
                let number = numbers.number(for: codec, wish: wish)
            else { return }
            formats.append(AudioOffer.Format(codec: codec, payloadType: number))
        }
        for codec in local.codecs { add(codec) }
        if let events = local.telephoneEvents {
            for codec in local.codecs {
                let event = AudioCodec("telephone-event", clockRate: codec.clockRate, fmtp: events.fmtp)
                add(event, wish: codec.clockRate == 8000 ? local.telephoneEventType : nil)
            }
        }
        if local.comfortNoise { add(.comfortNoise) }
        return formats
    }
}

extension NegotiatedAudio {
    /// What both sides' descriptions come to, whoever offered.
    init(
        _ theirs: AudioOffer, codecs: [NegotiatedCodec], event: NegotiatedCodec?, noise: NegotiatedCodec?,
        rtcpMux: Bool, direction: MediaDirection
    ) {
        self.init(
            remoteRTP: theirs.remoteRTP, remoteRTCP: rtcpMux ? theirs.remoteRTP : theirs.remoteRTCP,
            rtcpMux: rtcpMux, codecs: codecs, telephoneEvent: event,
            remoteEvents: TelephoneEvents(fmtp: event?.codec.fmtp), comfortNoise: noise,
            ptime: theirs.packetTime,
            direction: MediaDirection(
                sends: direction.sends && theirs.remoteRTP != nil, receives: direction.receives),
            remoteDirection: theirs.direction, isRemoved: false)
    }
}
