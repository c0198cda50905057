import Octets
import SwitchConfig
import Testing

@Suite("Addresses, ranges, listeners and hosts")
struct NetworkValueTests {
    @Test(
        "a range holds what shares its first bits",
        arguments: [
            ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
            ("2001:db8::8/125", "2001:db8::f", true), ("2001:db8::8/125", "2001:db8::10", false),
        ])
    func ranges(range: String, address: String, isInside: Bool) throws {
        let range = try #require(AddressRange(text: range))
        let address = try #require(InetAddress(text: address))
        #expect(range.contains(address) == isInside)
    }

    @Test(
        "what is no range is refused", arguments: ["", "192.0.2.0/33", "192.0.2.0/-1", "a/24", "::/129", "1.2.3.4/8/8"])
    func noRange(text: String) {
        #expect(AddressRange(text: text) == nil)
    }

    @Test("a host is an address or a name, with or without a port")
    func hosts() {
        #expect(HostPort(text: "192.0.2.1") == HostPort(host: .address(.ipv4(0xC000_0201)), port: nil))
        #expect(HostPort(text: "192.0.2.1:5070")?.port == 5070)
        #expect(HostPort(text: "SIP.Example.org") == HostPort(host: .name("sip.example.org"), port: nil))
        #expect(HostPort(text: "sip.example.org:5061")?.port == 5061)
        #expect(HostPort(text: "[::1]:5060")?.port == 5060)
        #expect(HostPort(text: "::1")?.port == nil)
        #expect(HostPort(text: "[::1]")?.host == HostPort(text: "::1")?.host)
        for wrong in ["", ":5060", "a b", "-a.example", "host:0", "host:65536", "host:x", "192.0.2.300", "a..b"] {
            #expect(HostPort(text: wrong) == nil, "\(wrong)")
        }
    }

    @Test("a listener names transport, address and port; 5060 is understood")
    func listeners() {
        #expect(ListenURL(text: "udp://127.0.0.1")?.endpoint.port == 5060)
        #expect(ListenURL(text: "TCP://[::1]:5070")?.transport == .tcp)
        for wrong in ["udp:127.0.0.1", "udp://", "udp://host.example", "tls://127.0.0.1", "127.0.0.1:5060"] {
            #expect(ListenURL(text: wrong) == nil, "\(wrong)")
        }
    }

    @Test("media ports come in pairs")
    func ports() {
        #expect(PortRange(text: "20000-20127")?.pairs == 64)
        #expect(PortRange(text: "20000-20001")?.contains(20_001) == true)
        for wrong in ["20000", "20001-20010", "20000-20000", "20010-20000", "80-90", "20000-70000", "a-b", ""] {
            #expect(PortRange(text: wrong) == nil, "\(wrong)")
        }
    }
}
