package import MediaControl
import Octets
package import OfferAnswer
import SDP

extension TerminationDescriptor {
    /// An RTP termination as it was negotiated; NAT policy and signalling source are the owner's to add.
    ///
    /// - Parameter codec: the one that is sent, nil when none is.
    package init(_ audio: NegotiatedAudio, codec: NegotiatedCodec?) {
        self.init(kind: .rtp)
        flags = Self.flags(audio)
        remoteRTP = audio.remoteRTP ?? .unspecified
        remoteRTCP = audio.remoteRTCP ?? .unspecified
        clockRate = codec?.codec.clockRate ?? 8000
        sendPayload = codec.map { $0.mapping($0.sendType) } ?? .unused
        receivePayload = codec.map { $0.mapping($0.receiveType) } ?? .unused
        let second = audio.codecs.first { $0 != codec }
        receivePayload2 = second.map { $0.mapping($0.receiveType) } ?? .unused
        sendEventType = audio.telephoneEvent?.sendType ?? .max
        receiveEventType = audio.telephoneEvent?.receiveType ?? .max
        sendNoiseType = audio.comfortNoise?.sendType ?? .max
        receiveNoiseType = audio.comfortNoise?.receiveType ?? .max
        packetTime = UInt8(min(max(audio.ptime, 10), 60))
    }

    private static func flags(_ audio: NegotiatedAudio) -> TerminationFlags {
        var flags: TerminationFlags = [.described]
        if audio.direction.receives { flags.insert(.receive) }
        if audio.direction.sends { flags.insert(.send) }
        if audio.rtcpMux { flags.insert(.rtcpMux) }
        return flags
    }
}

extension NegotiatedCodec {
    fileprivate func mapping(_ payloadType: UInt8) -> PayloadMapping {
        let format: AudioFormat
        if codec.matches(.pcmu) {
            format = .pcmu
        } else if codec.matches(.pcma) {
            format = .pcma
        } else {
            format = .none
        }
        return PayloadMapping(payloadType: payloadType, format: format)
    }
}
