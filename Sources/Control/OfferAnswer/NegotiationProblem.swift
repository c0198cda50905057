/// Why an offer can't be answered, or an answer not be used. Holds no octets of the peer.
package enum NegotiationProblem: Error, Equatable, Sendable {
    /// No audio section with a port.
    case noAudio
    /// Audio only over a transport that we don't have (RTP/AVPF, SAVP, SAVPF, others).
    case transport
    /// Audio, but no codec of ours.
    case noCommonCodec
    /// No c= line, or a host name in it: media goes to numbers only.
    case address
    /// An offer while one of ours waits for its answer (RFC 3264 §4).
    case offerPending
    /// An answer without an offer of ours.
    case noOffer
    /// The answer's m= lines are not those of the offer (RFC 3264 §6).
    case mediaLines
    /// The answer sets the port of our audio to 0.
    case refused

    /// What a request with such an offer is answered with. RFC 3261 §14.2, §21.4.26.
    package var status: Int {
        switch self {
        case .noAudio, .transport, .noCommonCodec, .address, .noOffer, .mediaLines, .refused: 488
        case .offerPending: 491
        }
    }

    /// Code for a Warning header beside 488 (RFC 3261 §20.43); nil where none fits.
    package var warningCode: Int? {
        switch self {
        case .address: 301
        case .transport: 302
        case .noAudio, .refused: 304
        case .noCommonCodec: 305
        case .mediaLines: 399
        case .offerPending, .noOffer: nil
        }
    }

    /// Words for that Warning header and for logs.
    package var explanation: String {
        switch self {
        case .noAudio: "No audio stream offered"
        case .transport: "Audio over RTP/AVP only"
        case .noCommonCodec: "No audio codec in common"
        case .address: "No usable connection address"
        case .offerPending: "An offer is pending"
        case .noOffer: "An answer without an offer"
        case .mediaLines: "Media lines of offer and answer differ"
        case .refused: "Audio stream refused"
        }
    }
}
