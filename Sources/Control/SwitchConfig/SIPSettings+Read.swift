import Octets

extension SIPSettings {
    mutating func read(_ section: ConfigSection) {
        if let read = section.value("domain", expected: "a host name or an address", domainName) { domain = read }
        aliases = section.list("aliases", expected: "a host name or an address", domainName) ?? aliases
        advertise = section.address("advertise")
        trusted = section.list("trusted", expected: addressOrRange, AddressRange.init(text:)) ?? trusted
        readListeners(section)
        if let read = section.text("user_agent") { userAgent = read }
        section.integer("no_answer_s", &noAnswerSeconds, 1...3_600)
        section.integer("keepalive_s", &keepAliveSeconds, 0...3_600)
        section.integer("max_forwards", &maxForwards, 1...255)
        section.section("timers") { timers.read($0) }
        section.section("limits") { limits.read($0) }
        section.section("auth") { auth.read($0) }
        section.section("registrar") { registrar.read($0) }
    }

    private mutating func readListeners(_ section: ConfigSection) {
        let expected = "a listener such as udp://127.0.0.1:5060 or tcp://[::1]:5060"
        guard let read = section.list("listen", expected: expected, needsEntry: true, ListenURL.init(text:)) else {
            return
        }
        if Set(read).count < read.count { section.report("The same listener stands twice.", key: "listen") }
        listen = read
    }
}

/// What a list of addresses takes.
let addressOrRange = "an address or a range such as 192.0.2.0/24"

/// A host name or an address in the form that URIs use.
func domainName(_ text: String) -> String? {
    guard let host = HostPort(text: text), host.port == nil else { return nil }
    switch host.host {
    case .address(let address): return address.hostText
    case .name(let name): return name
    }
}

extension SIPTimerSettings {
    fileprivate mutating func read(_ section: ConfigSection) {
        section.integer("t1_ms", &t1Milliseconds, 10...10_000)
        section.integer("t2_ms", &t2Milliseconds, 10...60_000)
        section.integer("t4_ms", &t4Milliseconds, 10...60_000)
        if t2Milliseconds < t1Milliseconds { section.report("t2_ms cannot be below t1_ms (RFC 3261 17.1.2.1).") }
    }
}

extension LimitSettings {
    fileprivate mutating func read(_ section: ConfigSection) {
        section.integer("calls", &calls, 1...1_000_000)
        section.integer("calls_per_s", &callsPerSecond, 1...1_000_000)
        section.integer("source_per_s", &sourcePerSecond, 1...1_000_000)
        section.integer("source_burst", &sourceBurst, 1...1_000_000)
        section.integer("transactions", &transactions, 16...10_000_000)
        section.integer("ban_failures", &banFailures, 1...1_000_000)
        section.integer("ban_window_s", &banWindowSeconds, 1...86_400)
        section.integer("ban_s", &banSeconds, 1...604_800)
    }
}

extension AuthSettings {
    fileprivate mutating func read(_ section: ConfigSection) {
        algorithms = section.choices("algorithms") ?? algorithms
        section.integer("nonce_s", &nonceSeconds, 10...86_400)
        realm = section.value("realm", expected: "a text without quotes or control characters") { text in
            text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x7F } ? text : nil
        }
    }
}

extension RegistrarSettings {
    fileprivate mutating func read(_ section: ConfigSection) {
        section.integer("min_expires", &minExpires, 1...86_400)
        section.integer("max_expires", &maxExpires, 1...604_800)
        section.integer("default_expires", &defaultExpires, 1...604_800)
        section.integer("max_bindings", &maxBindings, 1...1_000)
        if !(minExpires <= defaultExpires && defaultExpires <= maxExpires) {
            section.report("min_expires, default_expires and max_expires have to rise in this order.")
        }
    }
}
