import Billing
import CallControl
import MediaControl
import SIPMessage
import SIPTransaction
import SwitchConfig
import Testing
import Timing

/// A call from `in` to `out` whose INVITE has reached the called side.
private struct Ringing {
    let bench: TestSwitch
    var a: Phone
    var b: Phone
    let inviteA: SIPRequest
    let inviteB: SIPRequest

    init(_ configuration: Configuration? = nil, number: String = "b100") throws {
        bench = try TestSwitch(configuration)
        a = try Phone("alice", "127.0.5.2")
        b = try Phone("bob", "127.0.5.3")
        inviteA = try a.invite(number)
        bench.send(inviteA, from: a)
        inviteB = try bench.takeRequest(.invite, to: b.endpoint)
    }

    func cancel() throws { bench.send(try a.cancel(inviteA, lines: [(.reason, "Q.850;cause=16")]), from: a) }

    func answer() { bench.send(b.response(200, to: inviteB, body: Phone.sdp), from: b) }

    func expectCancelled() throws {
        for record in bench.records {
            #expect(record.state == .closed)
            #expect(record.outcome.disposition == .cancelled)
            #expect(record.times.answer == nil)
            #expect(record.times.talkNanoseconds == 0)
            #expect(!record.outcome.billable)
        }
        #expect(try bench.record(1).outcome.sipStatus == 487)
    }
}

@Suite("CANCEL, and its races with the answer")
struct CancelRaces {
    @Test("while it rings: 200 and 487 to the caller, CANCEL with the caller's Reason to the called side")
    func ringing() throws {
        let call = try Ringing()
        call.bench.send(call.b.response(180, to: call.inviteB), from: call.b)
        _ = try call.bench.takeResponse(180, to: call.a.endpoint)
        try call.cancel()
        #expect(call.bench.statuses(to: call.a.endpoint).sorted() == [200, 487])
        let cancel = try call.bench.takeRequest(.cancel, to: call.b.endpoint)
        #expect(cancel.reasons.first?.cause == 16)
        call.bench.send(call.b.response(200, to: cancel), from: call.b)
        call.bench.send(call.b.response(487, to: call.inviteB), from: call.b)
        _ = try call.bench.takeRequest(.ack, to: call.b.endpoint)
        let refusal = try call.bench.takeResponse(487, to: call.a.endpoint)
        call.bench.send(try call.a.ack(call.inviteA, refusal), from: call.a)
        try call.expectCancelled()
        call.bench.expectQuiet()
    }

    @Test("before any provisional response: the CANCEL waits for it")
    func early() throws {
        let call = try Ringing()
        try call.cancel()
        #expect(!call.bench.methods(to: call.b.endpoint).contains(.cancel))
        call.bench.send(call.b.response(180, to: call.inviteB), from: call.b)
        let cancel = try call.bench.takeRequest(.cancel, to: call.b.endpoint)
        call.bench.send(call.b.response(200, to: cancel), from: call.b)
        call.bench.send(call.b.response(487, to: call.inviteB), from: call.b)
        try call.expectCancelled()
        call.bench.expectQuiet()
    }

    @Test("the called side's 200 crosses our CANCEL: it gets ACK and BYE, the call stays cancelled")
    func crossing() throws {
        let call = try Ringing()
        call.bench.send(call.b.response(180, to: call.inviteB), from: call.b)
        try call.cancel()
        call.answer()
        _ = try call.bench.takeRequest(.ack, to: call.b.endpoint)
        let bye = try call.bench.takeRequest(.bye, to: call.b.endpoint)
        call.bench.send(call.b.response(200, to: bye), from: call.b)
        #expect(call.bench.statuses(to: call.a.endpoint).filter { $0 == 487 }.count == 1)
        try call.expectCancelled()
        call.bench.expectQuiet()
    }

    @Test("in the window in which the row is written: 487 to A, BYE to B, talk 0")
    func insideTheWindow() throws {
        let call = try Ringing()
        call.bench.disk = .stalled
        call.answer()
        _ = try call.bench.takeRequest(.ack, to: call.b.endpoint)
        #expect(!call.bench.statuses(to: call.a.endpoint).contains(200))
        call.bench.advance(.milliseconds(100))
        try call.cancel()
        #expect(call.bench.statuses(to: call.a.endpoint).contains(487))
        let bye = try call.bench.takeRequest(.bye, to: call.b.endpoint)
        call.bench.send(call.b.response(200, to: bye), from: call.b)
        try call.expectCancelled()
        // The disk comes back: the late commit changes nothing.
        let token = try #require(call.bench.operations.compactMap(\.token).first)
        call.bench.handle(.ledger(.committed(token)))
        try call.expectCancelled()
        call.bench.expectQuiet()
    }

    @Test("after the caller's 200: the CANCEL is answered and changes nothing")
    func tooLate() throws {
        var call = try Ringing()
        call.answer()
        let answer = try call.bench.takeResponse(200, to: call.a.endpoint)
        try call.cancel()
        #expect(call.bench.statuses(to: call.a.endpoint) == [200])
        #expect(call.bench.engine.callCount == 1)
        call.bench.send(try call.a.follow(call.inviteA, answer, .ack), from: call.a)
        call.bench.send(try call.a.follow(call.inviteA, answer, .bye), from: call.a)
        let bye = try call.bench.takeRequest(.bye, to: call.b.endpoint)
        call.bench.send(call.b.response(200, to: bye), from: call.b)
        #expect(try call.bench.record(1).outcome.disposition == .answered)
        call.bench.expectQuiet()
    }

    @Test(
        "at every step of an answer, with the disk quick or stalled, no call and no row is left over",
        arguments: 0..<8, [false, true])
    func everyStep(step: Int, isStalled: Bool) throws {
        var call = try Ringing()
        if isStalled { call.bench.disk = .stalled }
        var answer: SIPResponse?
        var steps: [(inout Ringing) throws -> Void] = [
            { $0.bench.send($0.b.response(100, to: $0.inviteB), from: $0.b) },
            { $0.bench.send($0.b.response(180, to: $0.inviteB), from: $0.b) },
            { $0.bench.send($0.b.response(183, to: $0.inviteB, body: Phone.sdp), from: $0.b) },
            { $0.answer() },
            { $0.bench.advance(.milliseconds(1)) },
            { call in
                guard let final = try? call.bench.takeResponse(200, to: call.a.endpoint) else { return }
                guard final.cseq?.method == .invite else { return }
                answer = final
                call.bench.send(try call.a.follow(call.inviteA, final, .ack), from: call.a)
            },
        ]
        steps.insert({ try $0.cancel() }, at: min(step, steps.count))
        for step in steps { try step(&call) }
        if let answer { call.bench.send(try call.a.follow(call.inviteA, answer, .bye), from: call.a) }
        for _ in 0..<3 { answerAll(call) }
        call.bench.expectQuiet()
        let ends = Set(call.bench.records.map { $0.outcome.disposition })
        #expect(ends.count == 1, "both rows tell the same: \(ends)")
        #expect(try call.bench.record(1).outcome.billable == (ends == [.answered]))
    }

    /// The called side answers whatever it is asked.
    private func answerAll(_ call: Ringing) {
        for sent in call.bench.takeAll() {
            guard sent.hop.remote == call.b.endpoint, case .request(let request) = sent.message else { continue }
            switch request.method {
            case .cancel:
                call.bench.send(call.b.response(200, to: request), from: call.b)
                call.bench.send(call.b.response(487, to: call.inviteB), from: call.b)
            case .bye: call.bench.send(call.b.response(200, to: request), from: call.b)
            case .ack, .invite, .options, .register, .prack, .update, .info, .message, .refer, .subscribe, .notify,
                .publish, .other:
                break
            }
        }
    }
}

@Suite("The row before the answer")
struct CommitWindow {
    @Test("early audio flows and B is acknowledged while the row is written; then the 200")
    func order() throws {
        let call = try Ringing()
        call.bench.disk = .stalled
        call.answer()
        _ = try call.bench.takeRequest(.ack, to: call.b.endpoint)
        #expect(call.bench.media.contexts[0]?.path == .relay)
        #expect(call.bench.statuses(to: call.a.endpoint).isEmpty)
        let tokens = call.bench.operations.compactMap(\.token)
        #expect(tokens.count == 2)
        call.bench.handle(.ledger(.committed(tokens[0])))
        #expect(call.bench.statuses(to: call.a.endpoint).isEmpty)
        call.bench.handle(.ledger(.committed(tokens[1])))
        #expect(call.bench.statuses(to: call.a.endpoint) == [200])
    }

    @Test("not on disk in 500 ms: 503 to A, BYE to B, no_record")
    func reject() throws {
        let call = try Ringing()
        call.bench.disk = .stalled
        call.answer()
        call.bench.advance(.milliseconds(499))
        #expect(call.bench.statuses(to: call.a.endpoint).isEmpty)
        call.bench.advance(.milliseconds(1))
        let refusal = try call.bench.takeResponse(503, to: call.a.endpoint)
        #expect(refusal.retryAfter != nil)
        let bye = try call.bench.takeRequest(.bye, to: call.b.endpoint)
        call.bench.send(call.b.response(200, to: bye), from: call.b)
        call.bench.send(try call.a.ack(call.inviteA, refusal), from: call.a)
        #expect(try call.bench.record(1).closeReason == .noRecord)
        #expect(call.bench.records.allSatisfy { $0.times.talkNanoseconds == 0 && !$0.outcome.billable })
        call.bench.expectQuiet()
    }

    @Test("a ledger that says no is as good as one that is late")
    func failed() throws {
        let call = try Ringing()
        call.bench.disk = .broken(.diskFull)
        call.answer()
        _ = try call.bench.takeResponse(503, to: call.a.endpoint)
        _ = try call.bench.takeRequest(.bye, to: call.b.endpoint)
    }

    @Test("policy alarm goes on, with an error in the log")
    func alarm() throws {
        let call = try Ringing(TestSwitch.configuration { $0.billing.noRecord = .alarm })
        call.bench.disk = .stalled
        call.answer()
        call.bench.advance(.milliseconds(500))
        _ = try call.bench.takeResponse(200, to: call.a.endpoint)
        #expect(call.bench.logs.contains { $0.contains("without its record") })
    }

    @Test("an emergency call goes on without a row")
    func emergency() throws {
        let call = try Ringing(number: "112")
        call.bench.disk = .broken(.disk)
        call.answer()
        _ = try call.bench.takeResponse(200, to: call.a.endpoint)
    }

    @Test("B hangs up in the window: the caller gets a failure, no talk")
    func calleeGone() throws {
        var call = try Ringing()
        call.bench.disk = .stalled
        call.answer()
        _ = try call.bench.takeRequest(.ack, to: call.b.endpoint)
        call.bench.send(try call.b.callBack(call.inviteB, tag: "tag-bob", .bye), from: call.b)
        let refusal = try call.bench.takeResponse(480, to: call.a.endpoint)
        call.bench.send(try call.a.ack(call.inviteA, refusal), from: call.a)
        #expect(call.bench.records.allSatisfy { $0.times.talkNanoseconds == 0 && $0.times.answer == nil })
        call.bench.expectQuiet()
    }

    @Test("no ACK in 64 T1: BYE to both, cause recorded, not billable")
    func lostAck() throws {
        let call = try Ringing()
        call.answer()
        _ = try call.bench.takeRequest(.ack, to: call.b.endpoint)
        call.bench.advance(.seconds(31))
        #expect(call.bench.statuses(to: call.a.endpoint).count > 5)
        call.bench.advance(.seconds(2))
        let byeA = try call.bench.takeRequest(.bye, to: call.a.endpoint)
        let byeB = try call.bench.takeRequest(.bye, to: call.b.endpoint)
        call.bench.send(call.a.response(200, to: byeA), from: call.a)
        call.bench.send(call.b.response(200, to: byeB), from: call.b)
        for record in call.bench.records {
            #expect(record.closeReason == .noACK)
            #expect(!record.outcome.billable)
            #expect(record.outcome.cause == .recoveryOnTimerExpiry)
        }
        call.bench.expectQuiet()
    }
}
