package import Octets
package import SDP

/// The audio section of the peer's offer or answer that we use, read once.
///
/// Choice: RTP/AVP audio with a port and at least one of the wanted codecs, the first such section unless
/// the session used another one before. RFC 3264 §6, §8.
package struct AudioOffer: Equatable, Sendable {
    /// A codec with the payload type that its author receives it under.
    package struct Format: Equatable, Sendable {
        package var codec: AudioCodec
        package var payloadType: UInt8

        package init(codec: AudioCodec, payloadType: UInt8) {
            self.codec = codec
            self.payloadType = payloadType
        }
    }

    /// Index of the m= line.
    package let index: Int
    /// All formats that name a codec, in the author's order of preference, events and noise included.
    package let formats: [Format]
    /// RTP; nil when c= is all zero.
    package let remoteRTP: InetEndpoint?
    /// RTCP without multiplexing (RFC 3605, else the next port); nil as above or behind port 65535.
    package let remoteRTCP: InetEndpoint?
    package let rtcpMux: Bool
    /// From the author's view, as the attribute says it.
    package let statedDirection: MediaDirection
    package let ptime: UInt16?
    package let maxptime: UInt16?
    /// Family of the c= line, also when it is all zero.
    package let isIPv4: Bool

    /// - Parameters:
    ///   - codecs: what we could use; nil to take any.
    ///   - preferred: the section used so far, kept where it still can be.
    ///   - known: numbers that we gave, for peers that leave rtpmap out of an answer.
    package init(
        _ description: SessionDescription, codecs: [AudioCodec]? = nil, preferred: Int? = nil, known: [Format] = []
    ) throws(NegotiationProblem) {
        var candidates = Array(description.media.indices)
        if let preferred, candidates.contains(preferred) {
            candidates.removeAll { $0 == preferred }
            candidates.insert(preferred, at: 0)
        }
        var worst = NegotiationProblem.noAudio
        for index in candidates where description.media[index].kind == .audio && description.media[index].port != 0 {
            let section = description.media[index]
            guard section.profile == .rtpAVP else {
                worst = max(worst, .transport)
                continue
            }
            let formats = section.audioFormats(known)
            guard formats.contains(where: { $0.codec.isSpeech && $0.codec.isWanted(codecs) }) else {
                worst = max(worst, .noCommonCodec)
                continue
            }
            try self.init(description, index, formats)
            return
        }
        throw worst
    }

    private init(
        _ description: SessionDescription, _ index: Int, _ formats: [Format]
    ) throws(NegotiationProblem) {
        let section = description.media[index]
        guard let connection = description.connection(for: section) else { throw .address }
        self.index = index
        self.formats = formats
        self.rtcpMux = section.rtcpMux
        self.statedDirection = description.direction(of: section)
        self.ptime = section.ptime ?? description.attributes.value("ptime").flatMap { UInt16($0) }
        self.maxptime = section.maxptime
        if connection.isUnspecified {
            self.remoteRTP = nil
            self.remoteRTCP = nil
            self.isIPv4 = connection.addressType != "IP6"
            return
        }
        guard let address = connection.address else { throw .address }
        self.isIPv4 = address.isIPv4
        self.remoteRTP = InetEndpoint(address: address, port: section.port)
        self.remoteRTCP = section.remoteRTCP(address)
    }

    /// From the author's view, without receiving when c= is all zero. RFC 3264 §8.4.
    package var direction: MediaDirection {
        MediaDirection(sends: statedDirection.sends, receives: statedDirection.receives && remoteRTP != nil)
    }

    /// Speech codecs in the author's order.
    package var speech: [Format] { formats.filter(\.codec.isSpeech) }

    /// Telephone events at the clock of `codec`, else the first there are. RFC 4733 §2.1.
    package func telephoneEvent(beside codec: AudioCodec?) -> Format? {
        let events = formats.filter(\.codec.isTelephoneEvent)
        return events.first { $0.codec.clockRate == codec?.clockRate } ?? events.first
    }

    package var comfortNoise: Format? { formats.first(where: \.codec.isComfortNoise) }

    /// Milliseconds that the author wants in a packet: its ptime within its maxptime, 20 without one.
    package var packetTime: UInt16 {
        let wish = ptime ?? 20
        return maxptime.map { min(wish, $0) } ?? wish
    }
}

/// Ordered by how far an offer came, so that the refusal names the nearest miss.
extension NegotiationProblem {
    fileprivate var progress: Int {
        switch self {
        case .noAudio: 0
        case .transport: 1
        case .noCommonCodec: 2
        case .address, .offerPending, .noOffer, .mediaLines, .refused: 3
        }
    }
}

private func max(_ first: NegotiationProblem, _ second: NegotiationProblem) -> NegotiationProblem {
    first.progress >= second.progress ? first : second
}

extension AudioCodec {
    fileprivate func isWanted(_ codecs: [AudioCodec]?) -> Bool {
        codecs?.contains(where: matches) ?? true
    }
}

extension MediaSection {
    /// Payload types with their codecs: by rtpmap, else by the static table; others are left out.
    fileprivate func audioFormats(_ known: [AudioOffer.Format]) -> [AudioOffer.Format] {
        let maps = rtpmaps
        return payloadTypes.compactMap { number in
            let map = maps.first { $0.payloadType == number }
            let named = map.map { AudioCodec($0.encoding, clockRate: $0.clockRate, channels: $0.channels) }
            let assumed = known.first { $0.payloadType == number }?.codec
            guard var codec = named ?? assumed ?? AudioCodec(staticPayloadType: number) else { return nil }
            codec.fmtp = fmtp(of: number)
            return AudioOffer.Format(codec: codec, payloadType: number)
        }
    }

    /// RFC 3605 §2.1; without a=rtcp the port behind RTP's (RFC 3550 §11).
    fileprivate func remoteRTCP(_ address: InetAddress) -> InetEndpoint? {
        guard let rtcp, rtcp.port != 0 else {
            return port == .max ? nil : InetEndpoint(address: address, port: port + 1)
        }
        return InetEndpoint(address: rtcp.connection?.address ?? address, port: rtcp.port)
    }
}
