import MediaControl
import OfferAnswer
import SDP
import SIPDialog
import SwitchConfig

/// A side that changes its port pair.
struct PortMove {
    let side: Side
    let local: LocalTermination
}

/// Media that could belong to several calls of one far end: one of them moves to another pair, by re-INVITE.
extension Call {
    func side(of leg: Leg) -> Side { leg === caller ? .a : .b }

    /// The media plane could not tell a side's packets from another call's.
    func mediaIsAmbiguous(_ side: Side) {
        ambiguous.insert(side)
        if let leg = side == .a ? caller : winner { moveIfAmbiguous(leg) }
    }

    /// Once both sides talk and no other change is under way. Without a better pair all stays as it is.
    func moveIfAmbiguous(_ leg: Leg) {
        let side = side(of: leg)
        guard isTalking, reoffer == nil, move == nil, ambiguous.contains(side), let context,
            let remote = leg.audio?.remoteRTP
        else { return }
        ambiguous.remove(side)
        guard let local = engine.media.prepareMove(context.id, side, remote: remote, now: engine.now) else {
            return engine.log(.warning, "call \(id): no port pair is left on which leg \(leg.address.leg) stands alone")
        }
        move = PortMove(side: side, local: local)
        guard let body = offerMove(to: leg) else { return cancelMove(of: leg) }
        engine.log(.notice, "call \(id): leg \(leg.address.leg) moves to port \(local.rtpPort)")
        drive(leg, .reinvite(body: body))
    }

    /// What holds, at another port.
    private func offerMove(to leg: Leg) -> [UInt8]? {
        let local = localMedia(of: leg)
        let wanted = try? other(than: leg)?.audio.map { try local.lateOffer(after: $0) } ?? local
        return try? leg.negotiator.makeOffer(wanted ?? local).serialized()
    }

    /// The far end has taken the new port.
    func finishMove(of leg: Leg) {
        guard let done = move, done.side == side(of: leg), let context else { return }
        move = nil
        engine.media.finishMove(context.id, now: engine.now)
        switch done.side {
        case .a: self.context?.a = done.local
        case .b: self.context?.b = done.local
        }
    }

    /// The far end stays with the old port.
    func cancelMove(of leg: Leg) {
        guard let refused = move, refused.side == side(of: leg), let context else { return }
        move = nil
        engine.media.cancelMove(context.id, now: engine.now)
    }
}
