import SIPMessage
import SIPTransaction
import Testing
import Timing

/// A call from trunk `in` to trunk `out`, answered and acknowledged.
struct EstablishedCall {
    let bench: TestSwitch
    var a: Phone
    var b: Phone
    private(set) var inviteA: SIPRequest
    private(set) var answerA: SIPResponse
    private(set) var inviteB: SIPRequest

    init(
        _ bench: TestSwitch, number: String = "b100", offer: String? = Phone.sdp, answer: String = Phone.sdp,
        callID: String = "call-1"
    ) throws {
        self.bench = bench
        a = try Phone("alice", "127.0.5.2")
        b = try Phone("bob", "127.0.5.3")
        inviteA = try a.invite(number, callID: callID, body: offer)
        bench.send(inviteA, from: a)
        inviteB = try bench.takeRequest(.invite, to: b.endpoint)
        bench.send(b.response(180, to: inviteB), from: b)
        bench.send(b.response(200, to: inviteB, body: answer), from: b)
        _ = try bench.takeRequest(.ack, to: b.endpoint)
        answerA = try bench.takeResponse(200, to: a.endpoint)
        bench.send(try a.follow(inviteA, answerA, .ack, body: offer == nil ? Phone.sdp : nil), from: a)
        _ = bench.takeAll()
    }

    mutating func hangUpA(lines: [(HeaderName, String)] = []) throws {
        bench.send(try a.follow(inviteA, answerA, .bye, lines: lines), from: a)
        _ = try bench.takeResponse(200, to: a.endpoint)
        let bye = try bench.takeRequest(.bye, to: b.endpoint)
        bench.send(b.response(200, to: bye), from: b)
    }

    mutating func hangUpB(lines: [(HeaderName, String)] = []) throws {
        bench.send(try b.callBack(inviteB, tag: "tag-bob", .bye, lines: lines), from: b)
        _ = try bench.takeResponse(200, to: b.endpoint)
        let bye = try bench.takeRequest(.bye, to: a.endpoint)
        bench.send(a.response(200, to: bye), from: a)
    }
}
