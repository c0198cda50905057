package import Octets
package import SDP

/// One codec that both sides of a leg agreed on.
package struct NegotiatedCodec: Equatable, Sendable {
    /// With the peer's parameters.
    package var codec: AudioCodec
    /// Payload type of what we send: the peer's number.
    package var sendType: UInt8
    /// Payload type of what the peer sends: our number.
    package var receiveType: UInt8

    package init(codec: AudioCodec, sendType: UInt8, receiveType: UInt8) {
        self.codec = codec
        self.sendType = sendType
        self.receiveType = receiveType
    }
}

/// What one offer and its answer mean for our side of a leg's audio. RFC 3264 §5 to §8.
package struct NegotiatedAudio: Equatable, Sendable {
    /// Where RTP goes; nil when nothing may be sent (stream removed, or c= all zero).
    package var remoteRTP: InetEndpoint?
    /// Where RTCP goes; equal to `remoteRTP` when multiplexed; nil as above.
    package var remoteRTCP: InetEndpoint?
    /// RTP and RTCP share one port on both sides (RFC 5761).
    package var rtcpMux: Bool
    /// Speech codecs, at least one unless `isRemoved`; the first is the one to send.
    package var codecs: [NegotiatedCodec]
    /// RFC 4733, at the clock of the first codec where both have it.
    package var telephoneEvent: NegotiatedCodec?
    /// The events that the peer takes.
    package var remoteEvents: TelephoneEvents
    /// RFC 3389
    package var comfortNoise: NegotiatedCodec?
    /// Milliseconds of speech to send in a packet: the peer's wish, within its limit; 20 without one.
    package var ptime: UInt16
    /// What we may do now; already without sending when `remoteRTP` is nil.
    package var direction: MediaDirection
    /// What the peer said it does, from its own view; all zero c= counts as not receiving.
    package var remoteDirection: MediaDirection
    /// The stream's port is 0: it was taken out of the session (RFC 3264 §8.2).
    package var isRemoved: Bool

    /// A stream that is not there any more.
    package static let removed = NegotiatedAudio(
        remoteRTP: nil, remoteRTCP: nil, rtcpMux: false, codecs: [], telephoneEvent: nil, remoteEvents: .digits,
        comfortNoise: nil, ptime: 20, direction: .inactive, remoteDirection: .inactive, isRemoved: true)

    /// The codec to send; nil only when the stream is removed.
    package var sendCodec: NegotiatedCodec? { codecs.first }

    /// The peer takes no media: hold, as far as anyone can tell (RFC 6337 §5.3).
    package var isHeldByPeer: Bool { !remoteDirection.receives }
}
