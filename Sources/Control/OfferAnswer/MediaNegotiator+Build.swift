import Octets
import SDP

/// Writing descriptions of ours.
extension MediaNegotiator {
    /// Sets the version by RFC 3264 §8: one more than in the last description when anything differs, the
    /// same when nothing does.
    mutating func publish(
        _ media: [MediaSection], _ local: LocalMedia, times: [TimeDescription]
    ) -> SessionDescription {
        let family = local.address.isIPv4 ? "IP4" : "IP6"
        var description = SessionDescription(
            origin: Origin(
                sessionID: "\(sessionID)", sessionVersion: "\(version)", addressType: family,
                address: local.address.description),
            connection: ConnectionData(local.address), times: times, media: media)
        if let localDescription, description != localDescription {
            version += 1
            description.origin.sessionVersion = "\(version)"
        }
        localDescription = description
        return description
    }

    /// The same m= line with port 0, as an answer refuses it and a later offer keeps it (RFC 3264 §6, §8.2).
    func refusal(_ section: MediaSection) -> MediaSection {
        MediaSection(kind: section.kind, port: 0, profile: section.profile, formats: section.formats)
    }

    func audioSection(
        _ local: LocalMedia, _ formats: [AudioOffer.Format], direction: MediaDirection, mux: Bool
    ) -> MediaSection {
        var attributes = formats.map { format in
            RTPMap(
                payloadType: format.payloadType, encoding: format.codec.name, clockRate: format.codec.clockRate,
                channels: format.codec.channels
            ).attribute
        }
        for format in formats {
            guard let fmtp = format.codec.fmtp else { continue }
            attributes.append(SessionAttribute("fmtp", "\(format.payloadType) \(fmtp)"))
        }
        if let ptime = local.ptime { attributes.append(SessionAttribute("ptime", "\(ptime)")) }
        if let maxptime = local.maxptime { attributes.append(SessionAttribute("maxptime", "\(maxptime)")) }
        if let rtcpPort = local.rtcpPort, local.port == .max || rtcpPort != local.port + 1 {
            attributes.append(RTCPAttribute(port: rtcpPort).attribute)
        }
        if mux { attributes.append(SessionAttribute("rtcp-mux")) }
        attributes.append(SessionAttribute(direction.rawValue))
        return MediaSection(
            kind: .audio, port: local.port, formats: formats.map { "\($0.payloadType)" }, attributes: attributes)
    }
}
