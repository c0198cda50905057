/// a=rtpmap. RFC 8866 §6.6: `97 iLBC/8000`, `98 L16/16000/2`.
package struct RTPMap: Equatable, Sendable {
    /// 0...127
    package var payloadType: UInt8
    /// As written; names are compared without case.
    package var encoding: String
    /// Hz
    package var clockRate: UInt32
    package var channels: UInt8

    package init(payloadType: UInt8, encoding: String, clockRate: UInt32, channels: UInt8 = 1) {
        self.payloadType = payloadType
        self.encoding = encoding
        self.clockRate = clockRate
        self.channels = channels
    }

    /// nil where the value is none; such a line is passed over as an unknown attribute is.
    package init?(_ value: String) {
        guard let (type, rest) = splitFormat(value), let payloadType = payloadNumber(type) else { return nil }
        let parts = rest.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Substring.init)
        guard parts.count == 2 || parts.count == 3, !parts[0].isEmpty, let rate = UInt32(parts[1]), rate > 0
        else { return nil }
        let channels = parts.count == 3 ? UInt8(parts[2]) : 1
        guard let channels, channels > 0 else { return nil }
        self.init(payloadType: payloadType, encoding: String(parts[0]), clockRate: rate, channels: channels)
    }

    package var attribute: SessionAttribute {
        let suffix = channels == 1 ? "" : "/\(channels)"
        return SessionAttribute("rtpmap", "\(payloadType) \(encoding)/\(clockRate)\(suffix)")
    }
}

/// a=rtcp. RFC 3605 §2.1: `53020`, or `53020 IN IP4 126.16.64.4`.
package struct RTCPAttribute: Equatable, Sendable {
    package var port: UInt16
    /// nil: the address of the media.
    package var connection: ConnectionData?

    package init(port: UInt16, connection: ConnectionData? = nil) {
        self.port = port
        self.connection = connection
    }

    package init?(_ value: String) {
        let words = value.split(separator: " ")
        guard let first = words.first, let port = UInt16(first) else { return nil }
        guard words.count >= 4 else {
            self.init(port: port)
            return
        }
        self.init(
            port: port,
            connection: ConnectionData(
                networkType: String(words[1]), addressType: String(words[2]), host: String(words[3])))
    }

    package var attribute: SessionAttribute {
        guard let connection else { return SessionAttribute("rtcp", "\(port)") }
        return SessionAttribute(
            "rtcp", "\(port) \(connection.networkType) \(connection.addressType) \(connection.host)")
    }
}

/// Typed views of the attributes that RTP media uses. A malformed value reads as a missing one.
extension MediaSection {
    /// The formats that are payload types, in order of preference, each once.
    package var payloadTypes: [UInt8] {
        var found: [UInt8] = []
        for format in formats {
            if let number = payloadNumber(Substring(format)), !found.contains(number) { found.append(number) }
        }
        return found
    }

    package var rtpmaps: [RTPMap] {
        attributes.values("rtpmap").compactMap(RTPMap.init)
    }

    /// Format parameters of one payload type. RFC 8866 §6.15.
    package func fmtp(of payloadType: UInt8) -> String? {
        for value in attributes.values("fmtp") {
            guard let (type, rest) = splitFormat(value), payloadNumber(type) == payloadType else { continue }
            return String(rest)
        }
        return nil
    }

    /// Milliseconds, whole part. RFC 8866 §6.4.
    package var ptime: UInt16? { milliseconds("ptime") }

    /// Milliseconds. RFC 8866 §6.5.
    package var maxptime: UInt16? { milliseconds("maxptime") }

    /// RFC 3605
    package var rtcp: RTCPAttribute? { attributes.value("rtcp").flatMap(RTCPAttribute.init) }

    /// RFC 5761 §5.1.1
    package var rtcpMux: Bool { attributes.has("rtcp-mux") }

    private func milliseconds(_ name: String) -> UInt16? {
        guard let value = attributes.value(name) else { return nil }
        let whole = value.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).first
        guard let whole, let number = UInt16(whole.drop { $0 == " " }), number > 0 else { return nil }
        return number
    }
}

/// `97 rest` at the first space; nil where either part is missing.
private func splitFormat(_ value: String) -> (Substring, Substring)? {
    let space = UInt8(ascii: " ")
    let parts = value.utf8.split(separator: space, maxSplits: 1)
    guard parts.count == 2 else { return nil }
    return (Substring(parts[0]), Substring(parts[1].drop { $0 == space }))
}

private func payloadNumber(_ text: Substring) -> UInt8? {
    guard let number = UInt8(text), number < 128 else { return nil }
    return number
}
