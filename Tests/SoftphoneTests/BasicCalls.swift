import OfferAnswer
import SDP
import SIPMessage
import Softphone
import Testing
import Timing

@Suite("RFC 3261 §13, §15 calls between two headless phones")
struct BasicCalls {
    @Test("rung 2 s, talked 10 s, ended by the caller")
    func callerHangsUp() throws {
        var table = TwoPhones(
            settings(0, calling { $0.hangUpAfter = .seconds(10) }), settings(1, answering { $0.ring = .seconds(2) }))
        table.run()
        let caller = try #require(table.reports[0])
        let callee = try #require(table.reports[1])
        #expect(caller.outcome == .completed)
        #expect(callee.outcome == .completed)
        #expect(caller.sipCode == 200)
        #expect(caller.statuses == [100, 180, 200] || caller.statuses == [180, 200])
        #expect(caller.endedBy == .local)
        #expect(callee.endedBy == .remote)
        #expect(caller.codec == "PCMU")
        #expect(caller.talkMilliseconds == 10_000)
        #expect(callee.talkMilliseconds == 10_002)
        #expect(caller.setupMilliseconds == 2_002)
        #expect(caller.ringMilliseconds == 2_000)
        #expect(caller.packetsReceived == 500)
        #expect(caller.callID == callee.callID)
        #expect(table.trace.last == "1 200 BYE")
        #expect(!table.trace.contains("0 CANCEL"))
    }

    @Test("ended by the callee")
    func calleeHangsUp() throws {
        var table = TwoPhones(settings(0, calling()), settings(1, answering { $0.hangUpAfter = .seconds(3) }))
        table.run()
        #expect(try #require(table.reports[0]).endedBy == .remote)
        #expect(try #require(table.reports[1]).endedBy == .local)
        #expect(try #require(table.reports[0]).outcome == .completed)
        #expect(table.trace.suffix(2) == ["1 BYE", "0 200 BYE"])
    }

    @Test("refused with 486, 603, 480", arguments: [486, 603, 480])
    func refused(status: Int) throws {
        var table = TwoPhones(
            settings(0, calling()),
            settings(
                1,
                answering {
                    $0.ring = .seconds(1)
                    $0.rejectStatus = status
                }))
        table.run()
        let caller = try #require(table.reports[0])
        #expect(caller.outcome == (status == 480 ? .noAnswer : .rejected))
        #expect(caller.sipCode == status)
        #expect(caller.talkMilliseconds == nil)
        #expect(table.orders == [[], []])
        let callee = try #require(table.reports[1])
        #expect(callee.outcome == .rejected)
        #expect(callee.sipCode == status)
        #expect(table.trace.contains("0 ACK"))
    }

    @Test("cancelled while it rings: 487 to both")
    func cancelled() throws {
        var table = TwoPhones(
            settings(0, calling { $0.cancelAfter = .seconds(3) }), settings(1, answering { $0.ring = .seconds(30) }))
        table.run()
        for report in table.reports {
            #expect(try #require(report).outcome == .cancelled)
            #expect(try #require(report).sipCode == 487)
        }
        #expect(table.trace.contains("1 200 CANCEL"))
        #expect(table.trace.contains("1 487 INVITE"))
    }

    @Test("nobody calls: no answer")
    func nobodyCalls() throws {
        var table = TwoPhones(
            settings(0, answering { $0.giveUpAfter = .seconds(1) }),
            settings(1, answering { $0.giveUpAfter = .seconds(2) }))
        table.run()
        #expect(try #require(table.reports[1]).outcome == .noAnswer)
        #expect(table.trace.isEmpty)
    }

    @Test("a caller without patience left cancels: no answer")
    func callerGivesUp() throws {
        var table = TwoPhones(
            settings(0, calling { $0.giveUpAfter = .seconds(5) }), settings(1, answering { $0.ring = .seconds(60) }))
        table.run()
        #expect(try #require(table.reports[0]).outcome == .noAnswer)
        #expect(try #require(table.reports[0]).sipCode == 487)
        #expect(try #require(table.reports[1]).outcome == .cancelled)
    }

    @Test("patience ends with the answer")
    func patienceEnds() throws {
        var table = TwoPhones(
            settings(
                0,
                calling {
                    $0.giveUpAfter = .seconds(5)
                    $0.hangUpAfter = .seconds(20)
                }), settings(1, answering { $0.giveUpAfter = .seconds(5) }))
        table.run()
        #expect(try #require(table.reports[0]).talkMilliseconds == 20_000)
    }

    @Test("an INVITE that nobody hears fails after 64 T1")
    func unreachable() throws {
        var phone = Softphone(settings: settings(0, calling()))
        var finished: SoftphoneReport?
        var now = start
        var sent = 0
        var event = SoftphoneEvent.start
        while finished == nil {
            for effect in phone.handle(event, now: now) {
                switch effect {
                case .send: sent += 1
                case .finished(let report): finished = report
                case .media, .note: break
                }
            }
            guard let next = phone.nextDeadline else { break }
            now = next
            event = .timer
        }
        let report = try #require(finished)
        #expect(report.outcome == .failed)
        #expect(report.sipCode == 408)
        #expect(sent == 7)
        #expect((now - start).wholeSeconds == 32)
    }

    @Test("no common codec: 488 with a Warning")
    func noCodec() throws {
        var table = TwoPhones(
            settings(0, calling(), [AudioCodec("G722")]), settings(1, answering(), [.pcmu]))
        table.run()
        #expect(try #require(table.reports[0]).sipCode == 488)
        #expect(try #require(table.reports[0]).outcome == .rejected)
    }

    @Test("late offer: the callee offers in its 200, the caller answers in its ACK")
    func lateOffer() throws {
        var table = TwoPhones(
            settings(
                0,
                calling {
                    $0.isLateOffer = true
                    $0.hangUpAfter = .seconds(1)
                }, [.pcma]), settings(1, answering()))
        table.run()
        #expect(try #require(table.reports[0]).outcome == .completed)
        #expect(try #require(table.reports[0]).codec == "PCMA")
        #expect(try #require(table.reports[1]).codec == "PCMA")
        #expect(table.orders[0].first == table.orders[0].first { if case .open = $0 { true } else { false } })
        #expect(table.orders[1].count == 2)
    }

    @Test(
        "each message of the call may be lost once",
        arguments: ["0 INVITE", "1 180 INVITE", "1 200 INVITE", "0 ACK", "0 BYE", "1 200 BYE"])
    func loss(line: String) throws {
        var table = TwoPhones(
            settings(0, calling { $0.hangUpAfter = .seconds(10) }), settings(1, answering { $0.ring = .seconds(1) }))
        table.lose = [line]
        table.run()
        #expect(table.lose.isEmpty)
        for report in table.reports { #expect(try #require(report).outcome == .completed) }
    }

    @Test("the owner's hands: answer, then hang up")
    func byHand() throws {
        var table = TwoPhones(settings(0, calling()), settings(1, answering { $0.ring = .seconds(60) }))
        table.at(.seconds(4), 1, .answer)
        table.at(.seconds(9), 0, .hangUp)
        table.run()
        #expect(try #require(table.reports[0]).talkMilliseconds == 4_999)
        #expect(try #require(table.reports[0]).endedBy == .local)
    }

    @Test("a hand that hangs up while it rings cancels or refuses", arguments: [0, 1])
    func hangUpWhileRinging(phone: Int) throws {
        var table = TwoPhones(settings(0, calling()), settings(1, answering { $0.ring = .seconds(60) }))
        table.at(.seconds(4), phone, .hangUp)
        table.run()
        #expect(try #require(table.reports[0]).sipCode == (phone == 0 ? 487 : 480))
    }
}
