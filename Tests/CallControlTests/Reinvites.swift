import Billing
import CallControl
import MediaControl
import Octets
import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("RFC 3264 §8, RFC 6337 §5: re-INVITE of either side")
struct Reinvites {
    private func direction(_ message: some SIPMessageFields) -> String? {
        String(decoding: message.body, as: UTF8.self).split(whereSeparator: \.isNewline).reversed()
            .first { ["a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"].contains(String($0)) }
            .map { String($0.dropFirst(2)) }
    }

    @Test("A holds and resumes: B hears of both, the media plane too, and the rows count the hold")
    func holdByCaller() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        let hold = try call.a.follow(
            call.inviteA, call.answerA, .invite, body: Phone.description(direction: "sendonly", version: 2))
        bench.send(hold, from: call.a)
        #expect(bench.statuses(to: call.a.endpoint).isEmpty)
        let passed = try bench.takeRequest(.invite, to: call.b.endpoint)
        #expect(direction(passed) == "sendonly")
        #expect(passed.to?.tag == "tag-bob")
        bench.send(
            call.b.response(200, to: passed, body: Phone.description(direction: "recvonly", version: 2)), from: call.b)
        _ = try bench.takeRequest(.ack, to: call.b.endpoint)
        let held = try bench.takeResponse(200, to: call.a.endpoint)
        #expect(direction(held) == "recvonly")
        bench.send(try call.a.follow(call.inviteA, held, .ack), from: call.a)
        #expect(bench.media.contexts[0]?.a.flags.contains(.held) == true)
        #expect(bench.media.contexts[0]?.a.flags.contains(.send) == false)
        #expect(bench.media.contexts[0]?.b.flags.contains(.receive) == false)

        bench.advance(.seconds(4))
        bench.send(
            try call.a.follow(call.inviteA, call.answerA, .invite, body: Phone.description(version: 3)), from: call.a)
        let resumed = try bench.takeRequest(.invite, to: call.b.endpoint)
        #expect(direction(resumed) == "sendrecv")
        bench.send(call.b.response(200, to: resumed, body: Phone.description(version: 3)), from: call.b)
        let talking = try bench.takeResponse(200, to: call.a.endpoint)
        #expect(direction(talking) == "sendrecv")
        bench.send(try call.a.follow(call.inviteA, talking, .ack), from: call.a)
        #expect(bench.media.contexts[0]?.a.flags.contains([.send, .receive]) == true)
        #expect(bench.media.contexts[0]?.a.flags.contains(.held) == false)
        bench.advance(.seconds(1))
        _ = bench.takeAll()
        try call.hangUpA()
        #expect(try bench.record(1).times.holdMilliseconds == 4_000)
        #expect(try bench.record(2).times.holdMilliseconds == 4_000)
        bench.expectQuiet()
    }

    @Test("B holds with c=0.0.0.0, A answers; hold without resumption still counts")
    func holdByCallee() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        let hold = try call.b.callBack(
            call.inviteB, tag: "tag-bob", .invite, body: Phone.description(direction: "sendonly", address: "0.0.0.0"))
        bench.send(hold, from: call.b)
        let passed = try bench.takeRequest(.invite, to: call.a.endpoint)
        bench.send(
            call.a.response(200, to: passed, body: Phone.description(direction: "recvonly", version: 2)), from: call.a)
        let held = try bench.takeResponse(200, to: call.b.endpoint)
        bench.send(try call.b.follow(hold, held, .ack), from: call.b)
        #expect(bench.media.contexts[0]?.b.flags.contains(.send) == false)
        bench.advance(.seconds(2))
        _ = bench.takeAll()
        try call.hangUpA()
        #expect(try bench.record(1).times.holdMilliseconds == 2_000)
        bench.expectQuiet()
    }

    @Test("a new address is answered here: the other side sees no difference")
    func moved() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        bench.send(
            try call.a.follow(call.inviteA, call.answerA, .invite, body: Phone.description(port: 4444, version: 2)),
            from: call.a)
        _ = try bench.takeResponse(200, to: call.a.endpoint)
        #expect(bench.methods(to: call.b.endpoint).isEmpty)
        #expect(bench.media.contexts[0]?.a.remoteRTP.port == 4444)
    }

    @Test("another codec: the other side is asked so that packets can pass unconverted")
    func codecChange() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench, offer: Phone.description(formats: "0"))
        bench.send(
            try call.a.follow(call.inviteA, call.answerA, .invite, body: Phone.description(formats: "8", version: 2)),
            from: call.a)
        let passed = try bench.takeRequest(.invite, to: call.b.endpoint)
        bench.send(call.b.response(200, to: passed, body: Phone.description(formats: "8", version: 2)), from: call.b)
        _ = try bench.takeResponse(200, to: call.a.endpoint)
        #expect(bench.media.contexts[0]?.path == .relay)
        #expect(bench.media.contexts[0]?.a.sendPayload.format == .pcma)
    }

    @Test("the other side refuses: the switch answers alone and converts")
    func codecRefused() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(
            bench, offer: Phone.description(formats: "0"), answer: Phone.description(formats: "0"))
        bench.send(
            try call.a.follow(call.inviteA, call.answerA, .invite, body: Phone.description(formats: "8", version: 2)),
            from: call.a)
        let passed = try bench.takeRequest(.invite, to: call.b.endpoint)
        bench.send(call.b.response(488, to: passed), from: call.b)
        _ = try bench.takeResponse(200, to: call.a.endpoint)
        #expect(bench.media.contexts[0]?.path == .transcode)
    }

    @Test("an offer that nobody can use is 488 and changes nothing")
    func unusable() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        let before = bench.media.contexts[0]?.a
        bench.send(
            try call.a.follow(call.inviteA, call.answerA, .invite, body: Phone.description(formats: "18", version: 2)),
            from: call.a)
        _ = try bench.takeResponse(488, to: call.a.endpoint)
        #expect(bench.media.contexts[0]?.a == before)
        #expect(bench.engine.callCount == 1)
    }

    @Test("glare: B's re-INVITE while A's waits at B is 491; A's comes through")
    func glare() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        bench.send(
            try call.a.follow(
                call.inviteA, call.answerA, .invite, body: Phone.description(direction: "sendonly", version: 2)),
            from: call.a)
        let passed = try bench.takeRequest(.invite, to: call.b.endpoint)
        bench.send(
            try call.b.callBack(
                call.inviteB, tag: "tag-bob", .invite, body: Phone.description(direction: "sendonly", version: 2)),
            from: call.b)
        _ = try bench.takeResponse(491, to: call.b.endpoint)
        bench.send(
            call.b.response(200, to: passed, body: Phone.description(direction: "recvonly", version: 2)), from: call.b)
        _ = try bench.takeResponse(200, to: call.a.endpoint)
    }

    @Test("a re-INVITE without offer gets ours; its answer comes with the ACK and a hold is passed on")
    func withoutOffer() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        bench.send(try call.a.follow(call.inviteA, call.answerA, .invite), from: call.a)
        let offer = try bench.takeResponse(200, to: call.a.endpoint)
        #expect(offer.bodyCount > 0)
        bench.send(
            try call.a.follow(call.inviteA, offer, .ack, body: Phone.description(direction: "sendonly", version: 2)),
            from: call.a)
        let passed = try bench.takeRequest(.invite, to: call.b.endpoint)
        #expect(direction(passed) == "sendonly")
    }

    @Test("an application is held by itself")
    func application() throws {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2")
        let invite = try a.invite("600")
        bench.send(invite, from: a)
        let answer = try bench.takeResponse(200, to: a.endpoint)
        bench.send(try a.follow(invite, answer, .ack), from: a)
        bench.send(
            try a.follow(invite, answer, .invite, body: Phone.description(direction: "sendonly", version: 2)), from: a)
        let held = try bench.takeResponse(200, to: a.endpoint)
        #expect(direction(held) == "recvonly")
    }

    @Test("the peer hangs up while its re-INVITE waits at the other side: nothing is left over")
    func byeInBetween() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        bench.send(
            try call.a.follow(
                call.inviteA, call.answerA, .invite, body: Phone.description(direction: "sendonly", version: 2)),
            from: call.a)
        let passed = try bench.takeRequest(.invite, to: call.b.endpoint)
        bench.send(try call.a.follow(call.inviteA, call.answerA, .bye), from: call.a)
        bench.send(call.b.response(200, to: passed, body: Phone.sdp), from: call.b)
        bench.advance(.seconds(1))
        for sent in bench.takeAll() where sent.hop.remote == call.b.endpoint {
            guard case .request(let request) = sent.message, request.method == .bye else { continue }
            bench.send(call.b.response(200, to: request), from: call.b)
        }
        bench.expectQuiet()
    }
}

@Suite("Other requests in a call")
struct InDialog {
    @Test("INFO passes to the other side and is answered as that answers")
    func info() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        var info = try call.a.follow(call.inviteA, call.answerA, .info)
        info.contentType = "application/dtmf-relay"
        info.body = Array("Signal=5\r\nDuration=160\r\n".utf8)
        bench.send(info, from: call.a)
        let passed = try bench.takeRequest(.info, to: call.b.endpoint)
        #expect(passed.body == info.body)
        #expect(passed.contentType == "application/dtmf-relay")
        #expect(bench.statuses(to: call.a.endpoint).isEmpty)
        bench.send(call.b.response(415, to: passed), from: call.b)
        _ = try bench.takeResponse(415, to: call.a.endpoint)
    }

    @Test("OPTIONS 200, UPDATE and REFER 405, unknown 501, unknown Require 420")
    func others() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        let cases: [(SIPMethod, Int)] = [(.options, 200), (.update, 405), (.refer, 405), (.other("FOO"), 501)]
        for (method, status) in cases {
            bench.send(try call.a.follow(call.inviteA, call.answerA, method), from: call.a)
            _ = try bench.takeResponse(status, to: call.a.endpoint)
        }
        bench.send(
            try call.a.follow(call.inviteA, call.answerA, .info, lines: [(.require, "odd")]), from: call.a)
        _ = try bench.takeResponse(420, to: call.a.endpoint)
        #expect(bench.methods(to: call.b.endpoint).isEmpty)
    }
}
