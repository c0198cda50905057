import CallControl
import Octets
import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §8.2, §16.3: requests outside of calls")
struct ProtocolAnswers {
    private func ask(
        _ method: SIPMethod, _ uri: String = "sip:tandem.test", from address: String = "127.0.8.1",
        change: (inout SIPRequest) throws -> Void = { _ in }
    ) throws -> SIPResponse? {
        let bench = try TestSwitch()
        var phone = try Phone("x", address)
        var request = try phone.request(method, to: "")
        request.uri = try RequestURI(parsing: uri)
        try change(&request)
        bench.send(request, from: phone)
        guard case .response(let response)? = bench.takeAll().last?.message else { return nil }
        return response
    }

    @Test("OPTIONS is 200 with Allow, Accept and Supported, for everyone")
    func options() throws {
        let answer = try #require(try ask(.options))
        #expect(answer.status == 200)
        #expect(answer.allow?.contains(.invite) == true)
        #expect(answer.fields.first(.accept) == "application/sdp")
        #expect(answer.fields.contains(.supported))
        #expect(try ask(.options, change: { $0.maxForwards = 0 })?.status == 200)
    }

    @Test("unknown scheme 416, unknown Require and Proxy-Require 420 with the tags")
    func refused() throws {
        #expect(try ask(.options, "nobodyKnowsThisScheme:x")?.status == 416)
        let bad = try #require(
            try ask(
                .options,
                change: {
                    $0.fields.append(.require, "nothing1, nothing2")
                    $0.fields.append(.proxyRequire, "nothing3")
                }))
        #expect(bad.status == 420)
        #expect(bad.unsupported == ["nothing1", "nothing2", "nothing3"])
        #expect(
            try ask(
                .invite, "sip:b1@tandem.test", from: "127.0.5.2",
                change: {
                    $0.fields.append(.require, "100rel")
                })?.status == 420)
    }

    @Test("unknown methods 501, known ones that we do not take 405, both with Allow; strays in a dialog 481")
    func methods() throws {
        let unknown = try #require(try ask(.other("NEWMETHOD")))
        #expect(unknown.status == 501)
        #expect(unknown.allow?.contains(.bye) == true)
        for method in [SIPMethod.message, .subscribe, .publish, .refer] {
            #expect(try ask(method)?.status == 405)
        }
        for method in [SIPMethod.bye, .info, .update, .notify, .prack, .cancel] {
            #expect(try ask(method)?.status == 481)
        }
        #expect(try ask(.invite, change: { $0.to?.tag = "nobody" })?.status == 481)
        #expect(try ask(.ack) == nil)
    }

    @Test("Max-Forwards 0 on an INVITE is 483")
    func maxForwards() throws {
        #expect(
            try ask(.invite, "sip:b1@tandem.test", from: "127.0.5.2", change: { $0.maxForwards = 0 })?.status == 483)
    }

    @Test("the same INVITE by another way is 482")
    func merged() throws {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2")
        var invite = try a.invite("b100")
        bench.send(invite, from: a)
        var via = try invite.topVia()
        via.branch = "z9hG4bKotherway"
        invite.setTopVia(via)
        bench.send(invite, from: a)
        _ = try bench.takeResponse(482, to: a.endpoint)
        #expect(bench.engine.callCount == 1)
    }

    @Test("our own INVITE come back for the same number is a loop, for another a spiral")
    func loop() throws {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2")
        bench.send(try a.invite("b100"), from: a)
        var back = try bench.takeRequest(.invite, to: Phone("bob", "127.0.5.3").endpoint)
        back.pushVia(ViaField(transport: "UDP", host: "127.0.5.2", port: 5060, branch: "z9hG4bKproxy1"))
        bench.send(back, from: a)
        _ = try bench.takeResponse(482, to: a.endpoint)
        var spiral = back
        spiral.cseq = CSeqField(77, .invite)
        spiral.uri = try RequestURI(parsing: "sip:b200@tandem.test")
        spiral.popVia()
        spiral.pushVia(ViaField(transport: "UDP", host: "127.0.5.2", port: 5060, branch: "z9hG4bKproxy2"))
        bench.send(spiral, from: a)
        _ = try bench.takeRequest(.invite, to: Phone("bob", "127.0.5.3").endpoint)
    }

    @Test("malformed requests are answered with their status, malformed and stray responses with nothing")
    func malformed() throws {
        let bench = try TestSwitch()
        let phone = try Phone("x", "127.0.8.1")
        let text = [
            "OPTIONS sip:tandem.test SIP/7.0", "Via: SIP/2.0/UDP 127.0.8.1;branch=z9hG4bK1", "From: <sip:a@b>;tag=1",
            "To: <sip:tandem.test>", "Call-ID: x", "CSeq: 1 OPTIONS", "Max-Forwards: 70", "Content-Length: 0", "", "",
        ].joined(separator: "\r\n")
        bench.receive(Array(text.utf8), from: phone.hop)
        _ = try bench.takeResponse(505, to: phone.endpoint)
        var response = SIPResponse(status: 200)
        response.pushVia(ViaField(transport: "UDP", host: "127.0.0.1", port: 5060, branch: "z9hG4bKnone"))
        response.fields.append(.from, "<sip:a@b>;tag=1")
        response.fields.append(.to, "<sip:a@b>;tag=2")
        response.callID = "x"
        response.cseq = CSeqField(1, .invite)
        bench.send(response, from: phone)
        #expect(bench.takeAll().isEmpty)
    }
}
