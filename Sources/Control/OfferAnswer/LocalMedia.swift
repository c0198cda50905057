package import Octets
package import SDP

/// What we want one leg's audio to be: input of every offer and answer of ours.
package struct LocalMedia: Equatable, Sendable {
    /// The address that the peer is told (advertised, behind 1:1 NAT). Its family decides IP4 or IP6.
    package var address: InetAddress
    /// RTP port
    package var port: UInt16
    /// nil: the port behind `port`. Any other is told by a=rtcp (RFC 3605).
    package var rtcpPort: UInt16?
    /// Speech codecs in our order of preference.
    package var codecs: [AudioCodec]
    /// The events that we take; nil to have none negotiated.
    package var telephoneEvents: TelephoneEvents?
    /// Payload type for telephone events in offers of ours, unless the session numbered them already.
    package var telephoneEventType: UInt8
    /// Take comfort noise (RFC 3389).
    package var comfortNoise: Bool
    /// Milliseconds of speech in a packet that we like to receive.
    package var ptime: UInt16?
    package var maxptime: UInt16?
    /// What we wish, whatever the peer has; RFC 6337 §5.3.
    package var direction: MediaDirection
    /// Offer RTP and RTCP on one port, and accept that (RFC 5761).
    package var rtcpMux: Bool

    package init(
        address: InetAddress, port: UInt16, rtcpPort: UInt16? = nil, codecs: [AudioCodec],
        telephoneEvents: TelephoneEvents? = .digits, telephoneEventType: UInt8 = 101, comfortNoise: Bool = false,
        ptime: UInt16? = 20, maxptime: UInt16? = nil, direction: MediaDirection = .sendrecv, rtcpMux: Bool = false
    ) {
        self.address = address
        self.port = port
        self.rtcpPort = rtcpPort
        self.codecs = codecs
        self.telephoneEvents = telephoneEvents
        self.telephoneEventType = telephoneEventType
        self.comfortNoise = comfortNoise
        self.ptime = ptime
        self.maxptime = maxptime
        self.direction = direction
        self.rtcpMux = rtcpMux
    }
}

/// Whose order of preference an answer of ours follows. RFC 3264 §6.1 recommends the offerer's.
package enum CodecOrder: Sendable {
    case offerer
    case own
}
