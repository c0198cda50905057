package import SDP

/// The offer/answer state of one leg. RFC 3264, RFC 6337; a value: copy it for each fork of an INVITE.
///
/// Keeps what must stay the same while a session lasts: the o= line and its version (§8), the number and
/// order of m= lines (§8), the meaning of our payload types (§8.3.2). Audio is taken on one m= line, all
/// others are refused with port 0.
package struct MediaNegotiator: Equatable, Sendable {
    /// An offer of ours, with what an answer is read against.
    struct Offer: Equatable, Sendable {
        var local: LocalMedia
        var formats: [AudioOffer.Format]
        var audioIndex: Int
        var media: [MediaSection]
    }

    enum State: Equatable, Sendable {
        case idle
        /// Our offer waits for its answer.
        case offering(Offer)
        /// No offer is open. `answered` is ours when the last exchange was: a later answer to it (183, then
        /// 200; RFC 6337 §3.1.1) may come again.
        case settled(answered: Offer?)
    }

    let sessionID: UInt64
    var version: UInt64
    var state = State.idle
    var numbers = PayloadTypeTable()
    /// The m= lines of the session, in their order; empty before the first exchange.
    var lines: [MediaSection] = []
    var audioIndex = 0

    /// The description that we sent last; nil before the first.
    package internal(set) var localDescription: SessionDescription?
    /// What holds now; nil before the first answer.
    package internal(set) var agreed: NegotiatedAudio?

    /// - Parameters:
    ///   - sessionID: unique for this leg on our node; chosen by the caller from its generator.
    ///   - version: o= version of the first description.
    package init(sessionID: UInt64, version: UInt64 = 1) {
        self.sessionID = sessionID
        self.version = version
    }

    /// An offer of ours has no answer yet: another offer, of either side, must wait (RFC 3264 §4).
    package var isOffering: Bool {
        switch state {
        case .offering: true
        case .idle, .settled: false
        }
    }

    /// Our offer was refused (488, 491, any failure of its transaction): what was agreed before holds on.
    /// RFC 3264 §8, RFC 3261 §14.1.
    package mutating func offerRefused() {
        switch state {
        case .offering: state = agreed == nil ? .idle : .settled(answered: nil)
        case .idle, .settled: break
        }
    }
}
