import MediaControl
import Octets
import OfferAnswer
import Routing
import SDP
import SIPTransaction
import SwitchConfig

/// What was negotiated, in the words of the bridge.
extension Call {
    /// The whole wanted state of both sides.
    func descriptors() -> (MediaPath, TerminationDescriptor, TerminationDescriptor) {
        let callee = winner ?? earlyLeg
        guard let audioA = caller.audio else { return (.closed, waiting(), calleeStandIn(callee)) }
        if let application {
            return (.tick, descriptor(caller, audioA, codec: audioA.sendCodec), TerminationDescriptor(kind: application))
        }
        guard let callee, let audioB = callee.audio, let bridge = try? LegBridge(a: audioA, b: audioB) else {
            return (.closed, descriptor(caller, audioA, codec: audioA.sendCodec), calleeStandIn(callee))
        }
        let path: MediaPath = bridge.work == .relay ? .relay : .transcode
        return (
            path, descriptor(caller, audioA, codec: bridge.codecA), descriptor(callee, audioB, codec: bridge.codecB)
        )
    }

    private func waiting() -> TerminationDescriptor { TerminationDescriptor(kind: .rtp) }

    private func calleeStandIn(_ callee: Leg?) -> TerminationDescriptor {
        guard let callee, let audio = callee.audio else { return waiting() }
        return descriptor(callee, audio, codec: audio.sendCodec)
    }

    private func descriptor(_ leg: Leg, _ audio: NegotiatedAudio, codec: NegotiatedCodec?) -> TerminationDescriptor {
        var descriptor = TerminationDescriptor(kind: .rtp)
        descriptor.nat = engine.nat(of: leg.party)
        descriptor.flags = flags(audio)
        descriptor.remoteRTP = audio.remoteRTP ?? .unspecified
        descriptor.remoteRTCP = audio.remoteRTCP ?? .unspecified
        descriptor.signallingSource = leg.hop.remote.address
        descriptor.clockRate = codec?.codec.clockRate ?? 8000
        descriptor.sendPayload = codec.map { $0.mapping($0.sendType) } ?? .unused
        descriptor.receivePayload = codec.map { $0.mapping($0.receiveType) } ?? .unused
        let second = audio.codecs.first { $0 != codec }
        descriptor.receivePayload2 = second.map { $0.mapping($0.receiveType) } ?? .unused
        descriptor.sendEventType = audio.telephoneEvent?.sendType ?? .max
        descriptor.receiveEventType = audio.telephoneEvent?.receiveType ?? .max
        descriptor.sendNoiseType = audio.comfortNoise?.sendType ?? .max
        descriptor.receiveNoiseType = audio.comfortNoise?.receiveType ?? .max
        descriptor.packetTime = UInt8(min(max(audio.ptime, 10), 60))
        return descriptor
    }

    private func flags(_ audio: NegotiatedAudio) -> TerminationFlags {
        var flags: TerminationFlags = [.described]
        if audio.direction.receives { flags.insert(.receive) }
        if audio.direction.sends { flags.insert(.send) }
        if audio.rtcpMux { flags.insert(.rtcpMux) }
        if isHeld { flags.insert(.held) }
        return flags
    }

    /// One side does not take media: silence is then no sign of death.
    var isHeld: Bool {
        [caller.audio, winner?.audio].contains { $0.map { $0.isHeldByPeer || $0.isRemoved } ?? false }
    }

    func kind(of application: SwitchApplication) -> TerminationKind {
        switch application {
        case .echo: .echo
        case .milliwatt: .milliwatt
        }
    }

    private var application: TerminationKind? {
        guard let choice, case .application(let application) = choice.destination else { return nil }
        return kind(of: application)
    }
}

extension CallEngine {
    func nat(of party: Party) -> MediaControl.NATPolicy {
        switch directory.nat(of: party) ?? configuration.media.nat {
        case .proof: .proof
        case .strict: .strict
        case .any: .any
        }
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
