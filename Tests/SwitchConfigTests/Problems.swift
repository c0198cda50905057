import SwitchConfig
import Testing

@Suite("Problems in a configuration")
struct Problems {
    @Test("all are named at once, in the order of their lines")
    func together() {
        let problems = Sample.problems(
            """
            node: {name: "n 1", drain_s: soon}
            sip:
              domian: tandem.test
              listen: [udp://127.0.0.1]
              limits: {calls: 0}
            media:
              ports: 20001-20100
              address: eth0
            accounts:
              - {user: "1001", password: a}
              - {user: "1001", password: b}
              - {user: "1002"}
            trunks:
              - {name: out, to: "192.0.2.1:99999"}
            routes:
              - {prefix: "0", trunk: uot}
              - {number: "600", application: echos}
            colour: blue
            """)
        #expect(
            problems == [
                "1: node.name: This has to be a word of letters, digits, hyphens, points and underscores, at most 63 characters, not \"n 1\".",
                "1: node.drain_s: This has to be a whole number from 0 to 86400, not \"soon\".",
                "3: There is no key \"domian\" in sip. Is \"domain\" meant?",
                "5: sip.limits.calls: This has to be a whole number from 1 to 1000000, not \"0\".",
                "7: media.ports: This has to be a range such as 20000-20127 that begins with an even port from 1024 on, not \"20001-20100\".",
                "8: media.address: This has to be an IPv4 or IPv6 address, not \"eth0\".",
                "11: accounts[1].user: \"1001\" stands in line 10 already.",
                "12: accounts[2]: An account needs a password, a password_file or a password_env.",
                "14: trunks[0].to: This has to be a host, or a host and a port such as 192.0.2.1:5060, not \"192.0.2.1:99999\".",
                "14: trunks[0]: A trunk needs from (calls come from there), to (calls go there), or both.",
                "16: routes[0].trunk: There is no trunk \"uot\". Is \"out\" meant?",
                "17: routes[1].application: This has to be echo or milliwatt, not \"echos\".",
                "18: There is no key \"colour\" at the top of the file.",
            ])
    }

    @Test("each is printed with file, line and key")
    func printed() {
        #expect(throws: ConfigProblems.self) { try Sample.read("log: {level: loud}") }
        do {
            _ = try Sample.read("log: {level: loud}")
        } catch {
            #expect(
                error.description
                    == "tandem.yaml:1: log.level: This has to be trace, debug, info, notice, warning, error or critical, not \"loud\"."
            )
        }
    }

    @Test("what is no YAML is told with its line")
    func syntax() {
        #expect(Sample.problems("sip:\n  domain: [a\nmedia: {}\n").first?.contains("This is not YAML") == true)
        #expect(Sample.problems("sip: {}\nsip: {}\n").first?.contains("The same key stands twice") == true)
        #expect(Sample.problems("- a\n- b\n") == ["1: Keys and values are needed here, not a list."])
        #expect(Sample.problems("just words") == ["1: Keys and values are needed here, not \"just words\"."])
    }

    @Test(
        "a wrong kind of value is told",
        arguments: [
            ("sip: 5", "1: sip: Keys and values are needed here, not \"5\"."),
            ("accounts: {user: a}", "1: accounts: A list is needed here, not a mapping."),
            ("node: {name: [a]}", "1: node.name: One value is needed here, not a list."),
            ("media: {codecs: {a: b}}", "1: media.codecs: A list is needed here, not a mapping."),
            ("media: {codecs: []}", "1: media.codecs: This list needs at least one entry."),
            ("media: {codecs: [PCMU, PCMU]}", "1: media.codecs: The same word stands twice in this list."),
            ("media: {codecs: [G729]}", "1: media.codecs: This has to be PCMU or PCMA, not \"G729\"."),
            (
                "trunks: [{name: a, to: b, register: maybe}]",
                "1: trunks[0].register: This has to be true or false, not \"maybe\"."
            ),
        ])
    func kinds(text: String, problem: String) {
        #expect(Sample.problems(text) == [problem])
    }

    @Test(
        "values that do not go together are told",
        arguments: [
            (
                "sip: {listen: [\"udp://127.0.0.1:20010\"]}",
                "1: sip: Port 20010 of sip.listen lies in the reserved pool media.ports."
            ),
            (
                "sip: {listen: [\"udp://127.0.0.1:5060\", \"udp://127.0.0.1\"]}",
                "1: sip.listen: The same listener stands twice."
            ),
            (
                "sip: {listen: [\"sctp://127.0.0.1:5060\"]}",
                "1: sip.listen: This has to be a listener such as udp://127.0.0.1:5060 or tcp://[::1]:5060, not \"sctp://127.0.0.1:5060\"."
            ),
            (
                "sip: {timers: {t1_ms: 5000, t2_ms: 100}}",
                "1: sip.timers: t2_ms cannot be below t1_ms (RFC 3261 17.1.2.1)."
            ),
            (
                "sip: {registrar: {min_expires: 7200}}",
                "1: sip.registrar: min_expires, default_expires and max_expires have to rise in this order."
            ),
            ("media: {mode: xdp}", "1: media.mode: media.interface is needed with mode xdp."),
            (
                "media: {address: 0.0.0.0}",
                "1: media.address: One address of this machine is needed, since peers are told it."
            ),
            ("media: {ptime_ms: 25}", "1: media.ptime_ms: This has to be a multiple of 10."),
            ("media: {address6: 127.0.0.1}", "1: media.address6: This has to be an IPv6 address, not \"127.0.0.1\"."),
            (
                "trunks: [{name: a, to: b, register: true}]",
                "1: trunks[0].register: register needs to, user and a password."
            ),
            ("trunks: [{name: a, to: b, user: c}]", "1: trunks[0].user: user and password belong together."),
            ("trunks: [{name: a, to: b}, {name: a, to: c}]", "1: trunks[1].name: \"a\" stands in line 1 already."),
            (
                "trunks: [{name: a, from: [1.2.3.4]}]\nroutes: [{prefix: x, trunk: a}]",
                "2: routes[0].trunk: Trunk \"a\" has no \"to\", so no call can go there."
            ),
            ("routes: [{prefix: x}]", "1: routes[0]: A route needs exactly one of trunk, trunks and application."),
            (
                "routes: [{prefix: x, number: y, application: echo}]",
                "1: routes[0].number: A route has either a prefix or a number."
            ),
            ("routes: [{application: echo}]", "1: routes[0]: A route needs a prefix or a number."),
            (
                "accounts: [{user: \"a b\", password: c}]",
                "1: accounts[0].user: This has to be a user name without spaces, quotes, \"@\" or \":\", not \"a b\"."
            ),
        ])
    func together(text: String, problem: String) {
        #expect(Sample.problems(text) == [problem])
    }

    @Test("a secret that is not there is told without being shown")
    func secrets() {
        #expect(
            Sample.problems("accounts: [{user: a, password_file: no/such}, {user: b, password_env: NONE}]") == [
                "1: accounts[0].password_file: The file \"no/such\" cannot be read.",
                "1: accounts[1].password_env: The environment has no variable \"NONE\".",
            ])
        #expect(
            Sample.problems("accounts: [{user: a, password: x, password_env: Y}]", secrets: Sample.secrets) == [
                "1: accounts[0].password: Only one of password, password_file and password_env can be given."
            ])
    }

    @Test("a file that is not there is one sentence")
    func missing() {
        #expect(throws: ConfigProblems.self) { try ConfigurationFile.load(path: "/no/such/tandem.yaml") }
        do {
            _ = try ConfigurationFile.load(path: "/no/such/tandem.yaml")
        } catch {
            #expect(error.description == "/no/such/tandem.yaml:1: The file cannot be read.")
        }
    }

    @Test(
        "the nearest key is offered, a far one is not",
        arguments: [
            ("node: {nmae: a}", "1: There is no key \"nmae\" in node. Is \"name\" meant?"),
            ("node: {drains_s: 1}", "1: There is no key \"drains_s\" in node. Is \"drain_s\" meant?"),
            ("node: {Data: a}", "1: There is no key \"Data\" in node. Is \"data\" meant?"),
            ("medai: {}", "1: There is no key \"medai\" at the top of the file. Is \"media\" meant?"),
            ("node: {completely_else: 1}", "1: There is no key \"completely_else\" in node."),
        ])
    func nearest(text: String, problem: String) {
        #expect(Sample.problems(text) == [problem])
    }
}
