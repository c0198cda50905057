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
            return (
                .tick, descriptor(caller, audioA, codec: audioA.sendCodec), TerminationDescriptor(kind: application)
            )
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
        var descriptor = TerminationDescriptor(audio, codec: codec)
        descriptor.nat = engine.nat(of: leg.party)
        descriptor.signallingSource = leg.hop.remote.address
        if isHeld { descriptor.flags.insert(.held) }
        return descriptor
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
