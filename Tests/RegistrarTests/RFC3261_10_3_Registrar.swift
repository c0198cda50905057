import Octets
import Registrar
import Routing
import SIPMessage
import SIPTransaction
import Testing
import Timing

/// A location service with a clock of its own.
private struct Bench {
    var service: LocationService
    var now = MonotonicInstant(nanoseconds: 5_000_000_000)
    var wall = WallInstant(microseconds: 784_111_777_000_000)
    var changes: [BindingChange] = []
    let domains = LocalDomains(names: ["tandem.test"], addresses: [.ipv4(0x7F00_0001)])
    var hop = Hop(
        transport: .udp, remote: InetEndpoint(address: .ipv4(0x7F00_0001), port: 5099),
        local: InetEndpoint(address: .ipv4(0x7F00_0001), port: 5060))

    init(policy: RegistrarPolicy = .init()) { service = LocationService(policy: policy) }

    mutating func advance(_ seconds: Int) {
        now += .seconds(seconds)
        wall = wall + .seconds(seconds)
    }

    mutating func register(
        _ lines: [String], user: String = "1001", to: String = "<sip:1001@tandem.test>",
        uri: String = "sip:tandem.test",
        callID: String = "c1", cseq: Int
    ) throws -> SIPResponse {
        let head = [
            "REGISTER \(uri) SIP/2.0", "Via: SIP/2.0/UDP 127.0.0.1:5099;branch=z9hG4bK\(cseq)", "Max-Forwards: 70",
            "From: <sip:1001@tandem.test>;tag=f", "To: \(to)", "Call-ID: \(callID)", "CSeq: \(cseq) REGISTER",
        ]
        let text = (head + lines + ["Content-Length: 0"]).joined(separator: "\r\n") + "\r\n\r\n"
        guard case .request(let request) = try MessageParser.parse(datagram: Array(text.utf8)) else {
            throw Unexpected()
        }
        let answer = service.handle(
            request, authenticatedUser: user, domains: domains, isAccount: { ["1001", "1002"].contains($0) }, hop: hop,
            toTag: "t", now: now, wall: wall)
        changes += answer.changes
        return answer.response
    }

    func contacts(_ user: String = "1001") -> [String] {
        service.bindings(of: user, now: now).map { $0.contact.uri.description }
    }
}

private struct Unexpected: Error {}

@Suite("RFC 3261 §10.3 registrar")
struct RFC3261_10_3_Registrar {
    @Test("a contact is stored, answered with its seconds, and gone when they are over")
    func storesAndExpires() throws {
        var bench = Bench()
        let response = try bench.register(["Contact: <sip:1001@127.0.0.1:5099>;expires=120"], cseq: 1)
        #expect(response.status == 200)
        #expect(response.contacts.first?.expires == 120)
        #expect(response.fields.first(.date) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(bench.changes.count == 1)
        bench.advance(121)
        #expect(bench.contacts().isEmpty)
        #expect(
            bench.service.expire(now: bench.now) == [
                .removed(account: "1001", contact: "<sip:1001@127.0.0.1:5099>")
            ])
        #expect(bench.service.nextDeadline == nil)
    }

    @Test("without Contact all bindings are listed with what is left of them")
    func query() throws {
        var bench = Bench()
        _ = try bench.register(["Contact: <sip:a@127.0.0.1>;expires=100, <sip:b@127.0.0.1>;expires=200"], cseq: 1)
        bench.advance(40)
        let response = try bench.register([], cseq: 2)
        #expect(response.contacts.map { $0.expires } == [60, 160])
        #expect(response.status == 200)
    }

    @Test("the contact's expires wins over Expires, Expires over the default; too long is cut")
    func lifetimes() throws {
        var bench = Bench(policy: RegistrarPolicy(shortest: 60, usual: 600, longest: 1_000))
        let response = try bench.register(
            ["Expires: 300", "Contact: <sip:a@127.0.0.1>;expires=90", "Contact: <sip:b@127.0.0.1>"], cseq: 1)
        #expect(response.contacts.map { $0.expires } == [90, 300])
        let second = try bench.register(["Contact: <sip:c@127.0.0.1>"], cseq: 2)
        #expect(second.contacts.last?.expires == 600)
        let third = try bench.register(["Contact: <sip:d@127.0.0.1>;expires=99999"], cseq: 3)
        #expect(third.contacts.last?.expires == 1_000)
    }

    @Test("RFC 4475 3.1.2.4: expiry that does not fit 32 bits counts as the default")
    func overlarge() throws {
        var bench = Bench()
        let response = try bench.register(["Contact: <sip:a@127.0.0.1>;expires=280297596632815"], cseq: 1)
        #expect(response.contacts.first?.expires == 3_600)
    }

    @Test("too brief is 423 with Min-Expires, and nothing changes")
    func tooBrief() throws {
        var bench = Bench()
        let response = try bench.register(
            ["Contact: <sip:a@127.0.0.1>", "Contact: <sip:b@127.0.0.1>;expires=10"], cseq: 1)
        #expect(response.status == 423)
        #expect(response.minExpires == 60)
        #expect(bench.contacts().isEmpty)
        #expect(bench.changes.isEmpty)
    }

    @Test("expires=0 removes one contact, URIs compared by 19.1.4")
    func removesOne() throws {
        var bench = Bench()
        _ = try bench.register(["Contact: <sip:a@127.0.0.1>, <sip:b@127.0.0.1>"], cseq: 1)
        _ = try bench.register(["Contact: <SIP:a@127.0.0.1;new=1>;expires=0"], cseq: 2)
        #expect(bench.contacts() == ["sip:b@127.0.0.1"])
    }

    @Test("Contact: * with Expires 0 removes all; with anything else it is 400")
    func wildcard() throws {
        var bench = Bench()
        _ = try bench.register(["Contact: <sip:a@127.0.0.1>, <sip:b@127.0.0.1>"], cseq: 1)
        #expect(try bench.register(["Contact: *"], cseq: 2).status == 400)
        #expect(try bench.register(["Contact: *", "Expires: 60"], cseq: 3).status == 400)
        #expect(bench.contacts().count == 2)
        #expect(try bench.register(["Contact: *", "Expires: 0"], cseq: 4).status == 200)
        #expect(bench.contacts().isEmpty)
    }

    @Test("an older CSeq of the same Call-ID is refused, of another Call-ID it is taken")
    func order() throws {
        var bench = Bench()
        _ = try bench.register(["Contact: <sip:a@127.0.0.1>;expires=100"], cseq: 5)
        #expect(try bench.register(["Contact: <sip:a@127.0.0.1>;expires=200"], cseq: 5).status == 500)
        #expect(try bench.register(["Contact: *", "Expires: 0"], cseq: 4).status == 500)
        #expect(bench.contacts().count == 1)
        #expect(try bench.register(["Contact: <sip:a@127.0.0.1>;expires=200"], callID: "c2", cseq: 1).status == 200)
        #expect(bench.service.bindings(of: "1001", now: bench.now).first?.callID == "c2")
    }

    @Test("the same device under a new address replaces its old binding")
    func instance() throws {
        var bench = Bench()
        let device = "+sip.instance=\"<urn:uuid:1>\""
        _ = try bench.register(["Contact: <sip:a@127.0.0.1:1111>;\(device)"], cseq: 1)
        bench.changes = []
        _ = try bench.register(["Contact: <sip:a@127.0.0.1:2222>;\(device)"], callID: "c2", cseq: 1)
        #expect(bench.contacts() == ["sip:a@127.0.0.1:2222"])
        #expect(bench.changes.count == 2)
    }

    @Test("one binding more than allowed drops the one refreshed longest ago")
    func limit() throws {
        var bench = Bench(policy: RegistrarPolicy(bindingsPerAccount: 2))
        for (index, name) in ["a", "b", "c"].enumerated() {
            _ = try bench.register(["Contact: <sip:\(name)@127.0.0.1>"], cseq: index + 1)
            bench.advance(1)
        }
        #expect(bench.contacts() == ["sip:b@127.0.0.1", "sip:c@127.0.0.1"])
        let three = ["d", "e", "f"].map { "Contact: <sip:\($0)@127.0.0.1>" }
        #expect(try bench.register(three, cseq: 9).status == 403)
    }

    @Test("who may register what: own 200, other account 403, unknown user or domain 404, no SIP URI 400")
    func addressOfRecord() throws {
        var bench = Bench()
        let contact = ["Contact: <sip:a@127.0.0.1>"]
        #expect(try bench.register(contact, to: "<sip:1002@tandem.test>", cseq: 1).status == 403)
        #expect(try bench.register(contact, to: "<sip:9@tandem.test>", cseq: 2).status == 404)
        #expect(try bench.register(contact, to: "<sip:1001@example.com>", cseq: 3).status == 404)
        #expect(try bench.register(contact, uri: "sip:example.com", cseq: 4).status == 404)
        #expect(try bench.register(contact, to: "<tel:+4930>", cseq: 5).status == 400)
        #expect(try bench.register(["Contact: <tel:+4930>"], cseq: 6).status == 400)
    }

    @Test("RFC 4475 3.3.12 to 3.3.14: contact parameters stay contact parameters, URI headers stay")
    func parameters() throws {
        var bench = Bench()
        let one = try bench.register(["Contact: sip:a@127.0.0.1;unknown"], cseq: 1)
        #expect(one.contacts.first?.params.contains("unknown") == true)
        #expect(one.contacts.first?.sip?.params.contains("unknown") == false)
        let two = try bench.register(["Contact: <sip:b@127.0.0.1;unknown>"], cseq: 2)
        #expect(two.contacts.last?.sip?.params.contains("unknown") == true)
        let three = try bench.register(["Contact: <sip:c@127.0.0.1?Route=%3Csip:x%3E>"], cseq: 3)
        #expect(three.fields.all(.contact).last?.contains("?Route=%3Csip:x%3E>") == true)
    }

    @Test("the higher q comes first")
    func preference() throws {
        var bench = Bench()
        _ = try bench.register(["Contact: <sip:a@127.0.0.1>;q=0.2, <sip:b@127.0.0.1>;q=0.9"], cseq: 1)
        #expect(bench.contacts() == ["sip:b@127.0.0.1", "sip:a@127.0.0.1"])
    }

    @Test("a restart loses nothing: rows come back with the time that is left")
    func restart() throws {
        var bench = Bench()
        _ = try bench.register(
            ["Contact: \"A\" <sip:a@127.0.0.1>;expires=100;q=0.5", "Path: <sip:edge.test;lr>", "Supported: path"],
            cseq: 7)
        let rows = bench.changes.compactMap { change -> StoredBinding? in
            if case .stored(let row) = change { return row }
            return nil
        }
        var later = Bench()
        later.wall = bench.wall + .seconds(30)
        let removed = later.service.restore(rows, isAccount: { $0 == "1001" }, now: later.now, wall: later.wall)
        #expect(removed.isEmpty)
        let back = try #require(later.service.bindings(of: "1001", now: later.now).first)
        #expect(back.expires == later.now + .seconds(70))
        #expect(back.hop == bench.hop)
        #expect(back.path == ["<sip:edge.test;lr>"])
        #expect(back.quality == 500)
        #expect(later.contacts() == bench.contacts())
        // The phone goes on counting where it was.
        #expect(try later.register(["Contact: <sip:a@127.0.0.1>"], cseq: 7).status == 500)
        #expect(try later.register(["Contact: <sip:a@127.0.0.1>"], cseq: 8).status == 200)
    }

    @Test("rows of accounts that are no more, and old ones, are given back as removals")
    func restartWithout() throws {
        var bench = Bench()
        _ = try bench.register(["Contact: <sip:a@127.0.0.1>;expires=100"], cseq: 1)
        let rows = bench.changes.compactMap { change -> StoredBinding? in
            if case .stored(let row) = change { return row }
            return nil
        }
        var later = Bench()
        #expect(later.service.restore(rows, isAccount: { _ in false }, now: later.now, wall: later.wall).count == 1)
        let after = bench.wall + .seconds(100)
        #expect(later.service.restore(rows, isAccount: { _ in true }, now: later.now, wall: after).count == 1)
        #expect(later.service.accountCount == 0)
    }

    @Test("requests go back the way of the REGISTER behind a NAT or over a connection, else to the Contact")
    func flows() throws {
        var bench = Bench()
        _ = try bench.register(["Contact: <sip:a@127.0.0.9:7000>"], cseq: 1)
        _ = try bench.register(["Contact: <sip:a@192.168.1.5:7000>"], cseq: 2)
        bench.hop.transport = .tcp
        _ = try bench.register(["Contact: <sip:a@127.0.0.1:7000;transport=tcp>"], cseq: 3)
        #expect(bench.service.bindings(of: "1001", now: bench.now).map(\.usesFlow) == [false, true, true])
    }
}
