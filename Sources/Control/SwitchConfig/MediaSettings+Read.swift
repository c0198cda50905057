import Octets

extension MediaSettings {
    mutating func read(_ section: ConfigSection) {
        section.choice("mode", &mode)
        interface = section.text("interface")
        if mode != .sockets, interface == nil {
            section.report("media.interface is needed with mode \(mode.rawValue).", key: "mode")
        }
        readAddresses(section)
        readPorts(section)
        section.choice("realtime", &realtime)
        section.integer("rt_priority", &realtimePriority, 1...99)
        cpu = section.optionalInteger("cpu", 0...1_023)
        section.choice("process", &process)
        section.choice("io_uring", &ioUring)
        section.choice("transmit", &transmit)
        codecs = section.choices("codecs") ?? codecs
        section.integer("ptime_ms", &packetMilliseconds, 10...60)
        if packetMilliseconds % 10 != 0 { section.report("This has to be a multiple of 10.", key: "ptime_ms") }
        section.integer("telephone_event_type", &telephoneEventType, 96...127)
        section.integer("max_calls", &maxCalls, 1...1_000_000)
        readCapacity(section)
        section.choice("nat", &nat)
        section.integer("rtcp_interval_ms", &rtcpIntervalMilliseconds, 500...60_000)
        section.integer("dscp", &dscp, 0...63)
        section.integer("inactivity_s", &inactivitySeconds, 0...86_400)
    }

    private mutating func readAddresses(_ section: ConfigSection) {
        if let read = section.address("address") { address = read }
        address6 = section.address("address6", version: .six)
        advertise = section.address("advertise", version: .four)
        advertise6 = section.address("advertise6", version: .six)
        if address.isUnspecified || address.isMulticast {
            section.report("One address of this machine is needed, since peers are told it.", key: "address")
        }
        if !address.isIPv4, address6 != nil {
            section.report("media.address is an IPv6 address already.", key: "address6")
        }
    }

    private mutating func readPorts(_ section: ConfigSection) {
        let expected = "a range such as 20000-20127 that begins with an even port from 1024 on"
        if let read = section.value("ports", expected: expected, PortRange.init(text:)) { ports = read }
        section.choice("port_mode", &portMode)
    }

    private mutating func readCapacity(_ section: ConfigSection) {
        let read = section.value("capacity", expected: "auto or a number of packets per second") { text in
            if text.lowercased() == "auto" { return MediaCapacity.measured }
            return Int(text).flatMap { $0 > 0 ? .packetsPerSecond($0) : nil }
        }
        if let read { capacity = read }
    }
}

extension Configuration {
    /// A port of the reserved pool belongs to media alone.
    func checkPorts(_ top: ConfigSection) {
        for listener in sip.listen where listener.transport == .udp && media.ports.contains(listener.endpoint.port) {
            top.report(
                "Port \(listener.endpoint.port) of sip.listen lies in the reserved pool media.ports.", key: "sip")
        }
    }
}
