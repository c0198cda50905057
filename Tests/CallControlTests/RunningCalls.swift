import Billing
import CallControl
import MediaControl
import Octets
import SIPMessage
import SIPTransaction
import SwitchConfig
import Testing
import Timing

@Suite("No call bills for ever")
struct RunningCalls {
    @Test("an interim row for each leg every 60 s, with talk time so far")
    func interim() throws {
        let bench = try TestSwitch(TestSwitch.configuration { $0.sip.keepAliveSeconds = 0 })
        var call = try EstablishedCall(bench)
        bench.advance(.seconds(121))
        #expect(bench.kinds(1) == ["setup", "open", "interim", "interim"])
        #expect(bench.kinds(2) == ["setup", "open", "interim", "interim"])
        let latest = try bench.record(1)
        #expect(latest.partialNumber == 2)
        #expect(latest.times.talkMilliseconds == 120_000)
        #expect(latest.state == .interim)
        try call.hangUpA()
        bench.expectQuiet()
    }

    @Test("max_talk ends the call: limit, billable to the second")
    func longest() throws {
        let bench = try TestSwitch(
            TestSwitch.configuration {
                $0.billing.maxTalkSeconds = 90
                $0.sip.keepAliveSeconds = 0
            })
        let call = try EstablishedCall(bench)
        bench.advance(.seconds(90))
        for phone in [call.a, call.b] {
            let bye = try bench.takeRequest(.bye, to: phone.endpoint)
            bench.send(phone.response(200, to: bye), from: phone)
        }
        #expect(try bench.record(1).closeReason == .limit)
        #expect(try bench.record(1).times.talkMilliseconds == 90_000)
        #expect(try bench.record(1).outcome.releasedBy == .ourselves)
        bench.expectQuiet()
    }

    @Test("without media OPTIONS goes to both sides every 60 s; an answer is a proof of life")
    func keepAlive() throws {
        let bench = try TestSwitch()
        let call = try EstablishedCall(bench)
        for _ in 0..<3 {
            bench.advance(.seconds(60))
            for phone in [call.a, call.b] {
                let options = try bench.takeRequest(.options, to: phone.endpoint)
                bench.send(phone.response(200, to: options), from: phone)
            }
        }
        #expect(bench.engine.callCount == 1)
    }

    @Test("with media from a side, it is not asked")
    func mediaIsProof() throws {
        let bench = try TestSwitch()
        let call = try EstablishedCall(bench)
        for _ in 0..<30 {
            bench.media.receive(100, from: .a, last: bench.now)
            bench.media.receive(100, from: .b, last: bench.now)
            bench.advance(.seconds(10))
        }
        #expect(!bench.methods(to: call.a.endpoint).contains(.options))
        #expect(!bench.methods(to: call.b.endpoint).contains(.options))
    }

    @Test("481 to OPTIONS ends the call at the last proof of life", arguments: [481, 408])
    func lost(status: Int) throws {
        let bench = try TestSwitch()
        let call = try EstablishedCall(bench)
        bench.advance(.seconds(10))
        bench.media.receive(100, from: .b, last: bench.now)
        bench.advance(.seconds(50))
        let optionsA = try bench.takeRequest(.options, to: call.a.endpoint)
        bench.send(call.a.response(200, to: optionsA), from: call.a)
        bench.advance(.seconds(10))
        let optionsB = try bench.takeRequest(.options, to: call.b.endpoint)
        bench.advance(.seconds(1))
        bench.send(call.b.response(status, to: optionsB), from: call.b)
        let bye = try bench.takeRequest(.bye, to: call.a.endpoint)
        bench.send(call.a.response(200, to: bye), from: call.a)
        #expect(try bench.record(1).closeReason == .peerLost)
        #expect(try bench.record(1).times.talkMilliseconds == 10_000)
        let record = try bench.record(2)
        let answer = try #require(record.times.answer)
        #expect(record.times.end == answer + .seconds(10))
        bench.expectQuiet()
    }

    @Test("no answer to OPTIONS at all is 408")
    func silentPeer() throws {
        let bench = try TestSwitch()
        let call = try EstablishedCall(bench)
        bench.media.receive(100, from: .a, last: bench.now)
        bench.advance(.seconds(30))
        bench.media.receive(100, from: .a, last: bench.now)
        bench.advance(.seconds(63))
        _ = try bench.takeRequest(.bye, to: call.a.endpoint)
        #expect(try bench.record(1).closeReason == .peerLost)
        // The side that is gone was last heard when it answered.
        #expect(try bench.record(1).times.talkMilliseconds == 0)
    }

    @Test("media that stops for 300 s in both directions ends the call; hold does not")
    func inactivity() throws {
        let bench = try TestSwitch(TestSwitch.configuration { $0.sip.keepAliveSeconds = 0 })
        let call = try EstablishedCall(bench)
        bench.advance(.seconds(100))
        bench.media.receive(5, from: .a, last: bench.now)
        bench.advance(.seconds(299))
        #expect(bench.engine.callCount == 1)
        #expect(!bench.methods(to: call.a.endpoint).contains(.bye))
        bench.advance(.seconds(2))
        _ = try bench.takeRequest(.bye, to: call.a.endpoint)
        #expect(try bench.record(1).closeReason == .inactivity)
    }

    @Test("on hold silence may last; it counts anew after the resumption")
    func holdIsExempt() throws {
        let bench = try TestSwitch(TestSwitch.configuration { $0.sip.keepAliveSeconds = 0 })
        var call = try EstablishedCall(bench)
        func reinvite(_ direction: String, _ reply: String, _ version: Int) throws {
            bench.send(
                try call.a.follow(
                    call.inviteA, call.answerA, .invite, body: Phone.description(direction: direction, version: version)
                ),
                from: call.a)
            let passed = try bench.takeRequest(.invite, to: call.b.endpoint)
            bench.send(
                call.b.response(200, to: passed, body: Phone.description(direction: reply, version: version)),
                from: call.b)
            let answer = try bench.takeResponse(200, to: call.a.endpoint)
            bench.send(try call.a.follow(call.inviteA, answer, .ack), from: call.a)
            _ = bench.takeAll()
        }
        try reinvite("sendonly", "recvonly", 2)
        bench.advance(.seconds(1_000))
        try reinvite("sendrecv", "sendrecv", 3)
        bench.advance(.seconds(200))
        #expect(bench.methods(to: call.a.endpoint).isEmpty)
        bench.advance(.seconds(101))
        #expect(bench.methods(to: call.a.endpoint).contains(.bye))
    }

    @Test("liveness tells the slot, the rows and the last packet of every answered call")
    func liveness() throws {
        let bench = try TestSwitch()
        let call = try EstablishedCall(bench)
        bench.advance(.seconds(5))
        bench.media.receive(1, from: .a, last: bench.now)
        let heard = bench.wall
        bench.advance(.seconds(5))
        var marks: [LivenessMark] = []
        bench.engine.liveness(now: bench.now, wall: bench.wall, into: &marks)
        let mark = try #require(marks.first)
        #expect(marks.count == 1)
        #expect(mark.alive == heard)
        #expect(try mark.caller == bench.record(1).identity.cdrID)
        #expect(try mark.callee == bench.record(2).identity.cdrID)
        _ = call
    }

    @Test("an operator hangs up one call")
    func hangUp() throws {
        let bench = try TestSwitch()
        let call = try EstablishedCall(bench)
        let status = try #require(bench.engine.callList().first)
        #expect(status.state == "talking")
        bench.handle(.hangUp(status.id))
        for phone in [call.a, call.b] {
            let bye = try bench.takeRequest(.bye, to: phone.endpoint)
            bench.send(phone.response(200, to: bye), from: phone)
        }
        #expect(try bench.record(1).outcome.releasedBy == .ourselves)
        bench.expectQuiet()
    }
}

@Suite("SIGTERM")
struct Draining {
    @Test("503 to new calls, running ones may end, then drained")
    func drain() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        bench.handle(.drain)
        #expect(bench.drainedCount == 0)
        var late = try Phone("1001", "127.0.8.1")
        bench.send(try late.invite("b1", callID: "late"), from: late)
        #expect(try bench.takeResponse(503, to: late.endpoint).retryAfter != nil)
        bench.advance(.seconds(10))
        try call.hangUpA()
        bench.advance(.seconds(1))
        #expect(bench.drainedCount == 1)
    }

    @Test("BYE to those that outlast drain_s; their rows are closed as shutdown")
    func overdue() throws {
        let bench = try TestSwitch()
        let call = try EstablishedCall(bench)
        bench.handle(.drain)
        bench.advance(.seconds(30))
        for phone in [call.a, call.b] {
            let bye = try bench.takeRequest(.bye, to: phone.endpoint)
            bench.send(phone.response(200, to: bye), from: phone)
        }
        #expect(try bench.record(1).closeReason == .shutdown)
        #expect(bench.drainedCount == 1)
        bench.expectQuiet()
    }

    @Test("a second SIGTERM ends all at once, ringing calls too")
    func atOnce() throws {
        let bench = try TestSwitch()
        let call = try EstablishedCall(bench)
        var a = call.a
        let ringing = try a.invite("b200", callID: "two")
        bench.send(ringing, from: a)
        bench.handle(.drain)
        bench.handle(.drain)
        #expect(bench.methods(to: call.b.endpoint).contains(.bye))
        let refusal = try bench.takeResponse(480, to: a.endpoint)
        bench.send(try a.ack(ringing, refusal), from: a)
        #expect(bench.records.allSatisfy { $0.closeReason == .shutdown || $0.closeReason == .cancel })
    }

    @Test("phones that do not answer the end hold it up for 5 s, and their rows are closed before")
    func deafPhones() throws {
        let bench = try TestSwitch()
        _ = try EstablishedCall(bench)
        bench.handle(.drain)
        bench.handle(.drain)
        bench.advance(.seconds(4))
        #expect(bench.drainedCount == 0)
        #expect(try bench.record(1).closeReason == .shutdown)
        bench.advance(.seconds(1))
        #expect(bench.drainedCount == 1)
    }

    @Test("with no call, drained at once")
    func idle() throws {
        let bench = try TestSwitch()
        bench.handle(.drain)
        #expect(bench.drainedCount == 1)
    }
}
