import InetWire
import Octets
import Testing

/// An ICMPv6 message of a seed frame with the addresses around it.
struct ICMPv6Seed {
    let source: InetAddress
    let destination: InetAddress
    let hopLimit: UInt8
    let packet: Packet

    init(_ name: String) {
        let octets = Packet(Frames.frame(name)).window
        let frame = InetFrame(octets)
        source = frame.source
        destination = frame.destination
        hopLimit = frame.hopLimit
        packet = Packet(frame.transport(of: octets).octets)
    }

    var problem: ICMPProblem? { ICMPv6View.problem(in: packet.window, source: source, destination: destination) }
    var view: ICMPv6View { ICMPv6View(packet.window) }
}

@Suite("RFC 4443 ICMPv6")
struct RFC4443_ICMPv6 {
    @Test("§4: echo request and reply")
    func echo() {
        let request = ICMPv6Seed("icmpv6-echo-request")
        #expect(request.problem == nil)
        #expect(request.view.message == .echoRequest(identifier: 0x1234, sequence: 1))
        #expect(request.view.body.octets == Array("tandem".utf8) && request.view.quoted == nil)
    }

    @Test("§3.1: destination unreachable quotes the packet that was not delivered")
    func unreachable() {
        let port = ICMPv6Seed("icmpv6-port-unreachable")
        #expect(port.problem == nil && port.view.message == .unreachable(code: 4))
        #expect(port.view.quoted?.ports == PortPair(source: 4_000, destination: 5_004))
        #expect(port.view.quoted?.destination.description == "2001:db8::2")
        let route = ICMPv6Seed("icmpv6-no-route")
        #expect(route.problem == nil && route.view.message == .unreachable(code: 0))
    }

    @Test("§3.2: packet too big tells the next hop's MTU, whatever its code")
    func tooBig() {
        let seed = ICMPv6Seed("icmpv6-packet-too-big")
        #expect(seed.problem == nil && seed.view.message == .packetTooBig(mtu: 1_280))
        #expect(seed.view.quoted?.ports == PortPair(source: 4_000, destination: 5_004))
        seed.packet.window.set(octet: 9, at: 1)
        #expect(seed.view.message == .packetTooBig(mtu: 1_280))
    }

    @Test("§3.3: time exceeded")
    func timeExceeded() {
        let seed = ICMPv6Seed("icmpv6-time-exceeded")
        #expect(seed.problem == nil && seed.view.message == .timeExceeded(code: 0))
        #expect(seed.view.quoted?.ports?.source == 4_006)
    }

    @Test("§3.4: a parameter problem points into the quoted packet")
    func parameterProblem() {
        let packet = Packet(hex("04 02 0000 00000028"))
        #expect(ICMPv6View(packet.window).message == .parameterProblem(code: 2, pointer: 40))
    }

    @Test("§2.3: any single wrong bit, and a wrong address, is seen")
    func checksum() throws {
        let seed = ICMPv6Seed("icmpv6-echo-request")
        let window = seed.packet.window
        for bit in 0..<(8 * window.count) {
            let old = window.octet(at: bit / 8)
            window.set(octet: old ^ (0x80 >> UInt8(bit % 8)), at: bit / 8)
            #expect(seed.problem == .checksum)
            window.set(octet: old, at: bit / 8)
        }
        let other = try #require(InetAddress(text: "2001:db8::3"))
        #expect(ICMPv6View.problem(in: window, source: other, destination: seed.destination) == .checksum)
    }

    @Test("a message of less than eight octets is truncated")
    func truncated() {
        let seed = ICMPv6Seed("icmpv6-echo-request")
        for count in 0..<8 {
            let cut = seed.packet.window.prefix(count)
            #expect(ICMPv6View.problem(in: cut, source: seed.source, destination: seed.destination) == .truncated)
        }
    }

    @Test("a quotation cut short has an address pair without ports, or is none")
    func shortQuotation() {
        let body = ICMPv6Seed("icmpv6-port-unreachable").view.body.octets
        for count in 0...body.count {
            let quoted = QuotedDatagram(ipv6: Packet(Array(body.prefix(count))).window)
            #expect((quoted != nil) == (count >= 40) && (quoted?.ports != nil) == (count >= 44), "\(count)")
        }
    }

    @Test(
        "what the kernel sent is emitted octet for octet",
        arguments: [
            "icmpv6-echo-request", "icmpv6-port-unreachable", "icmpv6-packet-too-big", "icmpv6-time-exceeded",
            "icmpv6-no-route",
        ])
    func emit(name: String) {
        let seed = ICMPv6Seed(name)
        let body = seed.view.body
        let copy = Packet([UInt8](repeating: 0xEE, count: 8) + body.octets)
        let emitted = seed.view.message.emit(
            into: copy.window, bodyCount: body.count, source: seed.source, destination: seed.destination)
        #expect(emitted == copy.window.count && copy.octets == seed.packet.octets)
        let tooMuch = seed.view.message.emit(
            into: copy.window, bodyCount: body.count + 1, source: seed.source, destination: seed.destination)
        #expect(tooMuch == nil)
    }

    @Test("every type and code is read back as it was emitted")
    func roundTrip() {
        var generator = SplitMix(seed: 4_443)
        let (here, there) = (InetAddress(high: 1, low: 2), InetAddress(high: 3, low: 4))
        for type in UInt8.min...UInt8.max {
            for code in [UInt8(0), 1, 4, 255] {
                let packet = Packet([type, code, 0, 0] + generator.octets(20))
                let message = ICMPv6View(packet.window).message
                #expect(message.emit(into: packet.window, bodyCount: 16, source: here, destination: there) == 24)
                #expect(ICMPv6View.problem(in: packet.window, source: here, destination: there) == nil)
                #expect(ICMPv6View(packet.window).message == message)
                #expect(message.isError == (type < 128))
            }
        }
    }
}
