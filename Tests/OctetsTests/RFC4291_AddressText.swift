import Octets
import Testing

@Suite("RFC 4291 and RFC 5952 address text")
struct RFC4291_AddressText {
    @Test(
        "canonical forms survive the way there and back",
        arguments: [
            "0.0.0.0", "127.0.0.1", "192.0.2.1", "255.255.255.255", "::", "::1", "2001:db8::1", "fe80::1:2:3:4",
            "2001:db8:1:2:3:4:5:6", "1::", "2001:db8::1:0:0:1", "2001:0:0:1::1", "2001:db8:0:1:1:1:1:1", "ff02::fb",
        ])
    func roundTrip(text: String) throws {
        #expect(try #require(InetAddress(text: text)).description == text)
    }

    @Test(
        "RFC 5952 section 4: other spellings come out canonical",
        arguments: [
            ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"), ("::FFFF:C000:201", "192.0.2.1"),
            ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
            ("0:0:0:0:0:0:0:0", "::"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ])
    func canonical(text: String, expected: String) throws {
        #expect(try #require(InetAddress(text: text)).description == expected)
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "", ".", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.04", "1.2.3.", "1.2.3.4 ", "a.b.c.d",
            ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "g::",
            "::1%eth0", "[::1", "::1]", "[1.2.3.4]", "[]", "1.2.3.4::", "::1.2.3.4:5", "::1.2.3", "+1.2.3.4", "1:",
            ":1",
            "0x7f.0.0.1", "example.org", "١.٢.٣.٤",
        ])
    func refusals(text: String) {
        #expect(InetAddress(text: text) == nil)
    }

    @Test("IPv4 stands as ::ffff:a.b.c.d and comes back as 32 bits")
    func mapped() throws {
        let address = try #require(InetAddress(text: "192.0.2.1"))
        #expect(address == .ipv4(0xC000_0201))
        #expect(address.high == 0 && address.low == 0xFFFF_C000_0201)
        #expect(address.isIPv4)
        #expect(address.ipv4 == 0xC000_0201)
        #expect(try #require(InetAddress(text: "2001:db8::1")).ipv4 == nil)
    }

    @Test("unspecified, loopback and multicast are told in both families")
    func classes() throws {
        let kinds = { (text: String) throws -> [Bool] in
            let address = try #require(InetAddress(text: text))
            return [address.isUnspecified, address.isLoopback, address.isMulticast]
        }
        #expect(try kinds("0.0.0.0") == [true, false, false])
        #expect(try kinds("::") == [true, false, false])
        #expect(try kinds("127.255.0.1") == [false, true, false])
        #expect(try kinds("::1") == [false, true, false])
        #expect(try kinds("126.255.255.255") == [false, false, false])
        #expect(try kinds("128.0.0.1") == [false, false, false])
        #expect(try kinds("239.1.2.3") == [false, false, true])
        #expect(try kinds("ff02::1") == [false, false, true])
        #expect(try kinds("::2") == [false, false, false])
    }

    @Test("a prefix is counted in the width of the family")
    func prefixes() throws {
        let network = try #require(InetAddress(text: "192.0.2.0"))
        let inside = try #require(InetAddress(text: "192.0.2.200"))
        let outside = try #require(InetAddress(text: "192.0.3.1"))
        let six = try #require(InetAddress(text: "2001:db8::"))
        let sixInside = try #require(InetAddress(text: "2001:db8:0:0:8000::"))
        #expect(network.shares(24, bitsWith: inside))
        #expect(!network.shares(25, bitsWith: inside))
        #expect(!network.shares(24, bitsWith: outside))
        #expect(network.shares(0, bitsWith: outside))
        #expect(network.shares(32, bitsWith: network))
        #expect(!network.shares(0, bitsWith: six))
        #expect(six.shares(64, bitsWith: sixInside))
        #expect(!six.shares(65, bitsWith: sixInside))
        #expect(six.shares(128, bitsWith: six))
    }
}

@Suite("Transport address text")
struct EndpointText {
    @Test(
        "both families survive the way there and back", arguments: ["192.0.2.1:5060", "[2001:db8::1]:65535", "[::]:0"])
    func roundTrip(text: String) throws {
        #expect(try #require(InetEndpoint(text: text)).description == text)
    }

    @Test(
        "what has no address or no port is refused",
        arguments: [
            "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:-1", "192.0.2.1:000080", "::1:5060", "[::1]",
            "[::1]5060", ":5060", "host:5060", "192.0.2.1:5060 ", "",
        ])
    func refusals(text: String) {
        #expect(InetEndpoint(text: text) == nil)
    }

    @Test("a host in a URI has IPv6 in square brackets")
    func hostText() throws {
        #expect(try #require(InetAddress(text: "::1")).hostText == "[::1]")
        #expect(try #require(InetAddress(text: "127.0.0.1")).hostText == "127.0.0.1")
    }
}
