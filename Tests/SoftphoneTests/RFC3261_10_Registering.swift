import SIPMessage
import Softphone
import Testing
import Timing

@Suite("RFC 3261 §10.2 a phone that registers")
struct RFC3261_10_Registering {
    @Test("challenged once, registered, refreshed before the end, taken away at the end")
    func wholeLife() throws {
        var table = registering("secret")
        table.run(for: .seconds(1000), hangUpAt: .seconds(500))
        #expect(table.registrar.granted == [300, 300, 300, 0])
        #expect(table.notes.first == .registered(seconds: 300))
        #expect(table.notes.last == .unregistered)
        #expect(table.registrar.callIDs.count == 1)
        #expect(table.registrar.sequences == table.registrar.sequences.sorted())
        #expect(Set(table.registrar.sequences).count == table.registrar.sequences.count)
        let report = try #require(table.report)
        #expect(report.register == .registered)
        #expect(report.registerCode == 200)
        #expect(report.outcome == .cancelled)
    }

    @Test("a wrong password is tried once and ends the run")
    func wrongPassword() throws {
        var table = registering("wrong")
        table.run(for: .seconds(60))
        let report = try #require(table.report)
        #expect(report.register == .failed)
        #expect(report.outcome == .failed)
        #expect(report.registerCode == 403)
        #expect(table.registrar.sequences.count == 2)
        #expect(table.registrar.granted.isEmpty)
    }

    @Test("§10.3: 423 is answered with the registrar's Min-Expires")
    func tooBrief() throws {
        var table = registering("secret", expires: 60)
        table.registrar.minExpires = 600
        table.run(for: .seconds(10), hangUpAt: .seconds(1))
        #expect(table.registrar.granted == [600, 0])
        #expect(table.notes.first == .registered(seconds: 600))
    }

    @Test("the registrar's shorter grant sets the pace of refreshes")
    func shortGrant() throws {
        var table = registering("secret")
        table.registrar.maxExpires = 20
        table.run(for: .seconds(100), hangUpAt: .seconds(35))
        #expect(table.registrar.granted == [300, 300, 300, 300, 0])
    }

    @Test("a call is not placed without the registration that was asked for")
    func noCallWithout() throws {
        var table = registering("secret", plan: calling())
        table.registrar.refusal = 503
        table.run(for: .seconds(60))
        #expect(try #require(table.report).registerCode == 503)
        #expect(table.notes == [.registrationFailed(status: 503)])
    }

    @Test("a phone that shall only register unregisters and is done")
    func registerOnly() throws {
        var table = registering("secret", plan: SoftphonePlan(.register))
        table.run(for: .seconds(10))
        #expect(table.registrar.granted == [300, 0])
        #expect(try #require(table.report).outcome == .completed)
        #expect(try #require(table.report).register == .registered)
    }

    @Test("a refresh that fails is tried again, and the phone goes on waiting")
    func failedRefresh() throws {
        var table = registering("secret", expires: 100)
        table.registrar.maxExpires = 100
        table.run(for: .seconds(1))
        table.registrar.refusal = 500
        #expect(table.report == nil)
        var later = table
        later.continueRunning(until: .seconds(100))
        #expect(
            later.notes == [
                .registered(seconds: 100), .registrationFailed(status: 500), .registrationFailed(status: 500),
            ])
        later.registrar.refusal = nil
        later.continueRunning(until: .seconds(130))
        #expect(later.notes.last == .registered(seconds: 100))
        #expect(later.report == nil)
    }
}

@Suite("RFC 3261 §8.2 what a phone says to requests outside its call")
struct RFC3261_8_2_Requests {
    /// The final status that a waiting phone gives to one request.
    private func status(_ method: SIPMethod, _ change: (inout SIPRequest) -> Void = { _ in }) throws -> Int {
        var phone = Softphone(settings: settings(1, answering { $0.ring = .seconds(60) }))
        _ = phone.handle(.start, now: start)
        var request = SIPRequest(method: method, uri: address("bob", 1).uri)
        var via = ViaField(transport: "UDP", host: "127.0.0.1", port: 5060, branch: "z9hG4bKx")
        via.askForRport()
        request.pushVia(via)
        request.maxForwards = 70
        var from = address("alice", 0)
        from.tag = "1"
        request.from = from
        request.to = address("bob", 1)
        request.callID = "c"
        request.cseq = CSeqField(1, method)
        request.contacts = [address("alice", 0)]
        change(&request)
        let hop = SoftphoneHop.arrival
        for effect in phone.handle(.received(.request(request), hop), now: start) {
            guard case .send(let octets, _) = effect,
                case .response(let response) = try MessageParser.parse(datagram: octets)
            else { continue }
            if response.isFinal { return response.status }
        }
        return 0
    }

    @Test("OPTIONS 200, BYE 481, INFO 405, unknown methods 405")
    func methods() throws {
        #expect(try status(.options) == 200)
        #expect(try status(.bye) == 481)
        #expect(try status(.info) == 405)
        #expect(try status(.other("DANCE")) == 405)
        #expect(try status(.register) == 405)
    }

    @Test("a request for a dialog that is not ours: 481")
    func strangeDialog() throws {
        #expect(try status(.invite) { $0.to?.tag = "99" } == 481)
    }

    @Test("Require with an option that we don't have: 420")
    func require() throws {
        #expect(try status(.invite) { $0.fields.append(.require, "100rel") } == 420)
    }

    @Test("a body that is no session description: 415; one that can't be read: 400")
    func bodies() throws {
        #expect(
            try status(.invite) {
                $0.contentType = "text/plain"
                $0.body = Array("hello".utf8)
            } == 415)
        #expect(
            try status(.invite) {
                $0.contentType = "application/sdp"
                $0.body = Array("hello".utf8)
            } == 400)
    }
}
