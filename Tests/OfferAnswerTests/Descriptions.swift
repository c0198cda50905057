import Octets
import OfferAnswer
import SDP

/// A description from its lines after t=, with a c= of 192.0.2.1.
func description(_ lines: String..., connection: String = "IN IP4 192.0.2.1") throws -> SessionDescription {
    let head = ["v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "c=" + connection, "t=0 0"]
    return try SessionDescription(parsing: Array((head + lines).map { $0 + "\r\n" }.joined().utf8))
}

let ourAddress = InetAddress.ipv4(0x7F00_0001)
let theirAddress = InetAddress.ipv4(0xC000_0201)

func media(_ codecs: [AudioCodec] = [.pcmu, .pcma], _ change: (inout LocalMedia) -> Void = { _ in }) -> LocalMedia {
    var media = LocalMedia(address: ourAddress, port: 4000, codecs: codecs)
    change(&media)
    return media
}

extension SessionDescription {
    /// The first section with a port.
    var used: MediaSection? { media.first { $0.port != 0 } }
}

/// Both sides' view after one offer and answer between two negotiators of ours.
func exchange(
    _ offerer: inout MediaNegotiator, _ offered: LocalMedia, _ answerer: inout MediaNegotiator, _ answering: LocalMedia
) throws -> (offerer: NegotiatedAudio, answerer: NegotiatedAudio) {
    let offer = try offerer.makeOffer(offered)
    let (answer, audio) = try answerer.answer(to: offer, with: answering)
    return (try offerer.accept(answer: answer), audio)
}
