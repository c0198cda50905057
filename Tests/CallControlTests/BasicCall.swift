import Billing
import CallControl
import MediaControl
import Octets
import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("A basic call from trunk to trunk")
struct BasicCall {
    @Test("INVITE, 180, 200, ACK, BYE: messages, media and two rows")
    func wholeCall() throws {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2")
        let b = try Phone("bob", "127.0.5.3")
        let inviteA = try a.invite("b100")
        bench.send(inviteA, from: a)
        let inviteB = try bench.takeRequest(.invite, to: b.endpoint)
        #expect(inviteB.uri.description == "sip:b100@127.0.5.3:5060")
        #expect(inviteB.from?.sip?.description == "sip:alice@tandem.test")
        #expect(inviteB.callID != inviteA.callID)
        #expect(inviteB.maxForwards == 69)
        #expect(inviteB.contentType == "application/sdp")
        #expect(bench.kinds(1) == ["setup"])
        #expect(bench.kinds(2) == ["setup"])

        bench.advance(.seconds(1))
        bench.send(b.response(180, to: inviteB), from: b)
        _ = try bench.takeResponse(180, to: a.endpoint)
        bench.advance(.seconds(2))
        bench.send(b.response(200, to: inviteB, body: Phone.description(port: 6000, formats: "0")), from: b)
        _ = try bench.takeRequest(.ack, to: b.endpoint)
        let answer = try bench.takeResponse(200, to: a.endpoint)
        #expect(answer.contacts.count == 1)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("RTP/AVP 0"))
        bench.send(try a.follow(inviteA, answer, .ack), from: a)

        let context = try #require(bench.media.contexts[0])
        #expect(context.path == .relay)
        #expect(context.a.remoteRTP.port == 4000)
        #expect(context.b.remoteRTP.port == 6000)
        #expect(context.a.flags.contains([.send, .receive, .described]))

        bench.media.receive(100, from: .a, last: bench.now)
        bench.media.receive(90, from: .b, last: bench.now)
        bench.advance(.seconds(10))
        bench.send(try a.follow(inviteA, answer, .bye, lines: [(.reason, "Q.850;cause=16")]), from: a)
        _ = try bench.takeResponse(200, to: a.endpoint)
        let bye = try bench.takeRequest(.bye, to: b.endpoint)
        #expect(bye.reasons.first?.cause == 16)
        bench.send(b.response(200, to: bye), from: b)

        for leg in [1, 2] {
            let record = try bench.record(leg)
            #expect(bench.kinds(leg) == ["setup", "open", "close"])
            #expect(record.state == .closed)
            #expect(record.outcome.disposition == .answered)
            #expect(record.outcome.sipStatus == 200)
            #expect(record.outcome.billable)
            #expect(record.times.talkMilliseconds == 10_000)
            #expect(record.times.postDialMilliseconds == 1_000)
            #expect(record.times.ringMilliseconds == 2_000)
            #expect(record.outcome.cause == .normalClearing)
            #expect(record.outcome.releasedBy == .caller)
            #expect(record.closeReason == .hangup)
        }
        #expect(try bench.record(1).media.packetsReceived == 100)
        #expect(try bench.record(2).media.packetsReceived == 90)
        #expect(try bench.record(1).route.trunkIn == "in")
        #expect(try bench.record(2).route.trunkOut == "out")
        #expect(try bench.record(1).identity.callID == bench.record(2).identity.callID)
        bench.expectQuiet()
    }

    @Test("the called side hangs up: released by b, its Reason goes on")
    func calleeHangsUp() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        bench.advance(.seconds(3))
        try call.hangUpB(lines: [(.reason, "Q.850;cause=31;text=\"x\"")])
        #expect(try bench.record(1).outcome.releasedBy == .callee)
        #expect(try bench.record(1).outcome.cause == .normalUnspecified)
        #expect(try bench.record(1).outcome.causeSource == .received)
        bench.expectQuiet()
    }

    @Test("different codecs on the legs: transcoded, and the rows say so")
    func transcoding() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(
            bench, offer: Phone.description(formats: "8"), answer: Phone.description(port: 6000, formats: "0"))
        let context = try #require(bench.media.contexts[0])
        #expect(context.path == .transcode)
        #expect(context.a.sendPayload.format == .pcma)
        #expect(context.b.sendPayload.format == .pcmu)
        try call.hangUpA()
        #expect(try bench.record(1).media.codecOut == "PCMA")
        #expect(try bench.record(2).media.codecOut == "PCMU")
        #expect(try bench.record(1).media.transcoded)
        bench.expectQuiet()
    }

    @Test("early media: 183 with a description opens media towards the caller, the 200 repeats it")
    func earlyMedia() throws {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2")
        let b = try Phone("bob", "127.0.5.3")
        let inviteA = try a.invite("b100")
        bench.send(inviteA, from: a)
        let inviteB = try bench.takeRequest(.invite, to: b.endpoint)
        bench.send(b.response(183, to: inviteB, body: Phone.description(port: 6000)), from: b)
        let early = try bench.takeResponse(183, to: a.endpoint)
        #expect(early.bodyCount > 0)
        #expect(bench.media.contexts[0]?.path == .relay)
        bench.send(b.response(200, to: inviteB, body: Phone.description(port: 6000)), from: b)
        let answer = try bench.takeResponse(200, to: a.endpoint)
        #expect(answer.body == early.body)
        #expect(try bench.record(1).times.earlyMedia != nil)
    }

    @Test("an INVITE without offer: ours goes out with the 200, the answer comes with the ACK")
    func lateOffer() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench, offer: nil)
        #expect(call.answerA.bodyCount > 0)
        #expect(call.inviteB.bodyCount > 0)
        #expect(bench.media.contexts[0]?.path == .relay)
        #expect(bench.media.contexts[0]?.a.remoteRTP.port == 4000)
        try call.hangUpA()
        bench.expectQuiet()
    }

    @Test("applications answer by themselves, with one row")
    func applications() throws {
        for (number, kind) in [("600", TerminationKind.echo), ("601", .milliwatt)] {
            let bench = try TestSwitch()
            var a = try Phone("alice", "127.0.5.2")
            let invite = try a.invite(number)
            bench.send(invite, from: a)
            let answer = try bench.takeResponse(200, to: a.endpoint)
            bench.send(try a.follow(invite, answer, .ack), from: a)
            #expect(bench.media.contexts[0]?.b.kind == kind)
            #expect(bench.media.contexts[0]?.path == .tick)
            bench.advance(.seconds(5))
            bench.send(try a.follow(invite, answer, .bye), from: a)
            _ = try bench.takeResponse(200, to: a.endpoint)
            #expect(bench.records.count == 1)
            #expect(try bench.record(1).times.talkMilliseconds == 5_000)
            bench.expectQuiet()
        }
    }

    @Test("the final counters never come: the rows are closed half a second later all the same")
    func lostCounters() throws {
        let bench = try TestSwitch()
        bench.media.endsContexts = false
        var call = try EstablishedCall(bench)
        bench.media.receive(7, from: .a, last: bench.now)
        try call.hangUpA()
        #expect(try bench.record(1).state == .open)
        bench.advance(.milliseconds(500))
        #expect(try bench.record(1).state == .closed)
        #expect(try bench.record(1).media.packetsReceived == 7)
        // When they come after all, the slot is freed.
        bench.media.endsContexts = true
        bench.handle(.deadline)
        bench.expectQuiet()
    }
}
