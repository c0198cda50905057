import Octets
import OfferAnswer
import SDP

/// One input for the reader of session descriptions and what stands on it. Traps where a law is broken:
/// what was read reads alike after writing; an answer that we made reads as a description; neither reader
/// nor negotiator stops the program by itself.
package func fuzzSDP(_ octets: [UInt8]) {
    guard let description = try? SessionDescription(parsing: octets) else { return }
    let again = try? SessionDescription(parsing: description.serialized())
    precondition(again == description, "a description changed by being written and read")
    let local = LocalMedia(
        address: .ipv4(0x7F00_0001), port: 4000, codecs: [.pcma, .pcmu], comfortNoise: true, rtcpMux: true)
    var answerer = MediaNegotiator(sessionID: 1)
    if let answer = try? answerer.answer(to: description, with: local) {
        precondition(answer.description.media.count == description.media.count, "an m= line was lost")
        precondition((try? SessionDescription(parsing: answer.description.serialized())) == answer.description)
        _ = try? answerer.makeOffer(local)
        _ = try? answerer.accept(answer: description)
    }
    var offerer = MediaNegotiator(sessionID: 2)
    _ = try? offerer.makeOffer(local)
    if let agreed = try? offerer.accept(answer: description) {
        _ = try? LegBridge(a: agreed, b: agreed)
    }
}
