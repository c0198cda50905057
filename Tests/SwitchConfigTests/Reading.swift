import Octets
import SwitchConfig
import Testing

@Suite("Reading a configuration")
struct Reading {
    @Test("an empty file yields the defaults, without accounts")
    func empty() throws {
        #expect(try Sample.read("") == Configuration())
        #expect(try Sample.read("# nothing\nsip:\nmedia: ~\n") == Configuration())
    }

    @Test("the keys that outside checks write keep their meaning")
    func contract() throws {
        let configuration = try Sample.read(
            """
            node:     {name: n1, data: ./var, drain_s: 30} # data: database, keys, recordings
            sip:
              domain: tandem.test
              advertise: 203.0.113.7
              trusted: [192.0.2.0/24]
              listen: ["udp://127.0.0.1:5060", "tcp://127.0.0.1:5060"]
            media:
              mode: sockets
              interface: eth0
              address: 127.0.0.1
              address6: "::1"
              ports: 20000-20127
              port_mode: per-call
              realtime: auto
              codecs: [PCMA, PCMU]
            accounts:
              - {user: "1001", password: "..."}
            trunks:
              - {name: in, from: [127.0.5.2]}
              - {name: out, to: "127.0.5.3:5060"}
            routes:
              - {prefix: "b", trunk: out}
              - {number: "600", application: echo}
            billing:  {no_record: alarm}
            log:      {level: debug}
            """)
        #expect(configuration.sip.advertise == InetAddress(text: "203.0.113.7"))
        #expect(configuration.media.portMode == .perCall)
        #expect(configuration.media.codecs == [.pcma, .pcmu])
        #expect(configuration.accounts.map(\.user) == ["1001"])
        #expect(configuration.accounts.first?.password.value == "...")
        #expect(configuration.trunks.map(\.name) == ["in", "out"])
        #expect(configuration.trunks.last?.to == HostPort(text: "127.0.5.3:5060"))
        #expect(configuration.routes.map(\.target) == [.trunks(["out"]), .application(.echo)])
        #expect(configuration.routes.map(\.name) == ["routes[0]", "routes[1]"])
        #expect(configuration.billing.noRecord == .alarm)
        #expect(configuration.log.level == .debug)
    }

    @Test("numbers and words without quotes are texts where a text is wanted")
    func unquoted() throws {
        let configuration = try Sample.read("accounts:\n  - {user: 1001, password: 12345}\nmedia: {realtime: off}\n")
        #expect(configuration.accounts.first?.user == "1001")
        #expect(configuration.accounts.first?.password.value == "12345")
        #expect(configuration.media.realtime == .off)
    }

    @Test("secrets come from a file or the environment, without the line's end")
    func secrets() throws {
        let configuration = try Sample.read(
            """
            accounts:
              - {user: a, password_file: /run/a}
              - {user: b, password_env: B}
            """, secrets: Sample.secrets)
        #expect(configuration.accounts.map(\.password.value) == ["from /run/a", "from $B"])
    }

    @Test("a secret shows nothing of itself")
    func hidden() {
        let account = AccountSettings(user: "1001", password: Secret("hunter2"))
        var dumped = ""
        dump(account, to: &dumped)
        for text in ["\(account)", String(reflecting: account), dumped] { #expect(!text.contains("hunter2")) }
    }

    @Test("an empty prefix matches everything, several trunks are tried in order")
    func routes() throws {
        let configuration = try Sample.read(
            """
            trunks: [{name: a, to: a.example}, {name: b, to: "[2001:db8::1]:5070", transport: tcp}]
            routes: [{prefix: "", trunks: [b, a], strip: 2, add: "+49", emergency: yes, name: all}]
            """)
        let route = try #require(configuration.routes.first)
        #expect(route.pattern == .prefix(""))
        #expect(route.target == .trunks(["b", "a"]))
        #expect(route.strip == 2 && route.add == "+49" && route.emergency && route.name == "all")
        #expect(configuration.trunks.last?.transport == .tcp)
        #expect(configuration.trunks.last?.to?.port == 5070)
    }
}
