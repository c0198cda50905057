import Octets
import Routing
import SIPMessage
import SwitchConfig
import Testing
import Timing

@Suite("Trunks by address")
struct TrunkTableTests {
    private func trunk(_ name: String, from: [String]) throws -> TrunkSettings {
        var trunk = TrunkSettings(name: name)
        trunk.from = try from.map { try #require(AddressRange(text: $0)) }
        return trunk
    }

    @Test("an address, then the narrowest range, whatever the order")
    func narrowest() throws {
        let table = TrunkTable([
            try trunk("wide", from: ["10.0.0.0/8"]), try trunk("narrow", from: ["10.1.0.0/16"]),
            try trunk("one", from: ["10.1.2.3"]), try trunk("six", from: ["2001:db8::/32"]),
        ])
        func name(_ text: String) throws -> String? { table.trunk(from: try #require(InetAddress(text: text)))?.name }
        #expect(try name("10.1.2.3") == "one")
        #expect(try name("10.1.2.4") == "narrow")
        #expect(try name("10.2.2.4") == "wide")
        #expect(try name("2001:db8::5") == "six")
        #expect(try name("11.0.0.1") == nil)
    }
}

@Suite("Trunk health")
struct TrunkHealthTests {
    private let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)

    @Test("a failing trunk goes behind the others and comes back after its rest")
    func order() {
        var health = TrunkHealth()
        health.failed("a", now: start)
        #expect(health.ordered(["a", "b"], now: start) == ["b", "a"])
        #expect(health.ordered(["a", "b"], now: start + TrunkHealth.firstRest) == ["a", "b"])
    }

    @Test("the rest doubles with each failure and is bounded")
    func doubling() {
        var health = TrunkHealth()
        for _ in 0..<3 { health.failed("a", now: start) }
        #expect(health.isResting("a", now: start + .seconds(19)))
        #expect(!health.isResting("a", now: start + .seconds(20)))
        for _ in 0..<40 { health.failed("a", now: start) }
        #expect(!health.isResting("a", now: start + TrunkHealth.longestRest))
    }

    @Test("Retry-After wins where it is longer; an answer heals")
    func retryAfter() {
        var health = TrunkHealth()
        health.failed("a", retryAfter: .seconds(60), now: start)
        #expect(health.isResting("a", now: start + .seconds(59)))
        health.answered("a")
        #expect(!health.isResting("a", now: start))
        #expect(health.failureCount("a") == 0)
    }

    @Test("time-outs and the trunk's own trouble fail over, a person's answer does not")
    func failover() {
        #expect([408, 500, 502, 503, 504].allSatisfy(TrunkHealth.failsOver))
        #expect(![404, 480, 486, 487, 600, 603].contains(where: TrunkHealth.failsOver))
    }
}

@Suite("RFC 3325 identities of an account")
struct IdentityTests {
    private let rules: IdentityRules

    init() {
        var own = AccountSettings(user: "1001", password: Secret("x"))
        own.allowFrom = ["+4930123"]
        var any = AccountSettings(user: "gw", password: Secret("x"))
        any.allowFrom = ["*"]
        rules = IdentityRules(accounts: [own, any])
    }

    private func from(_ text: String) throws -> NameAddress { try NameAddress(parsing: text) }

    @Test("its own user, what is allowed, and anonymous")
    func own() throws {
        #expect(rules.may("1001", send: try from("<sip:1001@anything>")))
        #expect(rules.may("1001", send: try from("<sip:%2B4930123@x>")))
        #expect(rules.may("1001", send: try from("\"Anonymous\" <sip:anonymous@anonymous.invalid>")))
        #expect(!rules.may("1001", send: try from("<sip:1002@tandem.test>")))
        #expect(!rules.may("1001", send: try from("<sip:tandem.test>")))
        #expect(rules.may("gw", send: try from("<sip:whoever@x>")))
        #expect(!rules.may("nobody", send: try from("<sip:nobody@x>")))
    }
}

@Suite("Local domains")
struct LocalDomainsTests {
    @Test("names without case, addresses by value")
    func names() throws {
        let one = try #require(InetAddress(text: "192.0.2.1"))
        let domains = LocalDomains(names: ["Tandem.Test"], addresses: [one])
        #expect(domains.contains(SIPURI(user: "a", host: "tandem.TEST")))
        #expect(domains.contains(SIPURI(user: "a", host: "192.0.2.1", port: 9999)))
        #expect(!domains.contains(SIPURI(user: "a", host: "192.0.2.2")))
        #expect(!domains.contains(SIPURI(user: "a", host: "example.com")))
    }

    @Test("listening on every address, any literal is ours and no name is")
    func everywhere() {
        let domains = LocalDomains(names: [], addresses: [.unspecified])
        #expect(domains.contains(SIPURI(host: "[2001:db8::1]")))
        #expect(!domains.contains(SIPURI(host: "example.com")))
    }
}
