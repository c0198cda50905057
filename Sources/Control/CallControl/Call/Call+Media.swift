import Billing
import MediaControl
import Octets
import OfferAnswer
import SDP
import SIPTransaction
import SwitchConfig
import Tables
import Timing

/// The call's context in the media plane: both terminations, changed together.
extension Call {
    /// Takes a slot and ports. False when there are none and the caller has been refused with Q.850 34.
    func open(b: TerminationRequest) -> Bool {
        let packetTime = Int(offer.audio?.packetTime ?? 20)
        let a = TerminationRequest(
            kind: .rtp, remote: offer.audio?.remoteRTP, packetTime: min(max(packetTime, 10), 60))
        switch engine.media.open(a: a, b: b, force: isEmergency, now: engine.now) {
        case .opened(let opened):
            context = opened
            engine.callsBySlot[opened.id.slot] = number
            return true
        case .busy, .exhausted, .overCapacity:
            engine.counts.refusedForLoad += 1
            refuse(503, .noCircuitAvailable, reason: .failure)
            return false
        }
    }

    /// What we want a leg's audio to be.
    func localMedia(of leg: Leg) -> LocalMedia {
        let isIPv4 = leg === caller ? offer.audio?.isIPv4 : leg.audio?.remoteRTP?.address.isIPv4
        return localMedia(leg === caller ? .a : .b, leg.party, leg.hop, isIPv4: isIPv4)
    }

    private func localMedia(_ side: Side, _ party: Party, _ hop: Hop, isIPv4: Bool? = nil) -> LocalMedia {
        let settings = engine.configuration.media
        let address = engine.mediaAddress(isIPv4: isIPv4 ?? hop.remote.address.isIPv4, hop)
        let own = side == .a ? context?.a : context?.b
        let port = (move?.side == side ? move?.local : own)?.rtpPort ?? 0
        return LocalMedia(
            address: address, port: port, codecs: codecs(of: party), telephoneEvents: .digits,
            telephoneEventType: UInt8(clamping: settings.telephoneEventType), comfortNoise: true,
            ptime: UInt16(clamping: settings.packetMilliseconds), rtcpMux: side == .a || offer.audio?.rtcpMux == true)
    }

    func codecs(of party: Party) -> [AudioCodec] { engine.directory.codecs(of: party) }

    /// Our offer to a called side; nil when the caller's cannot be passed on there.
    func makeOffer(_ negotiator: inout MediaNegotiator, to party: Party, hop: Hop) -> [UInt8]? {
        let local = localMedia(.b, party, hop)
        do {
            guard let audio = offer.audio else { return try negotiator.makeOffer(local).serialized() }
            return try negotiator.makeOffer(local.offer(standingFor: audio)).serialized()
        } catch {
            return nil
        }
    }

    /// Tells the media plane what holds now. A full lane is asked again a little later.
    func applyMedia() {
        guard let context, !isReleasing else { return }
        let (path, a, b) = descriptors()
        if engine.media.apply(context.id, path: path, a: a, b: b) {
            isMediaLive = true
        } else {
            arm(.media, after: .milliseconds(20))
        }
        noteHold()
    }

    /// When media came from a leg's peer last; nil before the first packet.
    func lastMedia(of leg: Leg) -> MonotonicInstant? {
        guard let context, isMediaLive else { return nil }
        let side: Side = leg === caller ? .a : .b
        guard let counters = engine.media.counters(of: context.id, side), counters.packetsIn > 0 else { return nil }
        return counters.lastIn
    }
}

extension CallEngine {
    /// The address that peers send media to, of the wanted family where there is one.
    func mediaAddress(isIPv4: Bool, _ hop: Hop) -> InetAddress {
        let settings = configuration.media
        let address = isIPv4 ? settings.advertise ?? settings.address : settings.advertise6 ?? settings.address6
        let chosen = address ?? settings.advertise ?? settings.address
        return chosen.isUnspecified ? hop.local.address : chosen
    }
}
