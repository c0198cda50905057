import InetWire
import Octets
import Testing

@Suite("RFC 792 ICMP")
struct RFC792_ICMP {
    private func payload(_ name: String) -> Packet { Packet(Array(Frames.frame(name).dropFirst(34))) }

    private func view(_ name: String) -> ICMPView {
        let packet = payload(name)
        #expect(ICMPView.problem(in: packet.window) == nil, "\(name)")
        return ICMPView(packet.window)
    }

    @Test("echo request and reply carry identifier, sequence and data")
    func echo() {
        let request = view("icmp-echo-request")
        #expect(request.message == .echoRequest(identifier: 0x1234, sequence: 1))
        #expect(request.body.octets == Array("tandem".utf8) && !request.message.isError && request.quoted == nil)
        #expect(view("icmp-echo-reply").message == .echoReply(identifier: 0x1234, sequence: 1))
    }

    @Test("destination unreachable quotes the datagram that was not delivered")
    func unreachable() {
        let view = view("icmp-port-unreachable")
        #expect(view.message == .unreachable(code: 3) && view.message.isError)
        #expect(view.quoted?.source.description == "192.0.2.1")
        #expect(view.quoted?.destination.description == "192.0.2.2")
        #expect(view.quoted?.payloadProtocol == .udp && view.quoted?.part == .whole)
        #expect(view.quoted?.ports == PortPair(source: 4_000, destination: 5_004))
        #expect(self.view("icmp-network-unreachable").message == .unreachable(code: 0))
    }

    @Test("RFC 1191 §4: fragmentation needed tells the next hop's MTU")
    func fragmentationNeeded() {
        let view = view("icmp-fragmentation-needed")
        #expect(view.message == .fragmentationNeeded(mtu: 1_280))
        #expect(view.quoted?.ports == PortPair(source: 4_000, destination: 5_004))
        #expect(view.quoted?.destination.description == "198.51.100.2")
    }

    @Test("time exceeded")
    func timeExceeded() {
        let view = view("icmp-time-exceeded")
        #expect(view.message == .timeExceeded(code: 0))
        #expect(view.quoted?.ports == PortPair(source: 4_006, destination: 5_004))
    }

    @Test("a quotation cut short has an address pair without ports, or is none")
    func shortQuotation() {
        let body = view("icmp-port-unreachable").body.octets
        for count in 0...body.count {
            let quoted = QuotedDatagram(ipv4: Packet(Array(body.prefix(count))).window)
            #expect((quoted != nil) == (count >= 20) && (quoted?.ports != nil) == (count >= 24), "\(count)")
        }
    }

    @Test("a quoted later fragment has no ports")
    func quotedFragment() {
        let fragment = Packet(Array(Frames.frame("ipv4-last-fragment").dropFirst(14)))
        let quoted = QuotedDatagram(ipv4: fragment.window)
        #expect(quoted?.part == .later && quoted?.ports == nil && quoted?.payloadProtocol == .udp)
    }

    @Test("any single wrong bit is seen")
    func checksum() {
        let packet = payload("icmp-port-unreachable")
        for bit in 0..<(8 * packet.window.count) {
            let old = packet.window.octet(at: bit / 8)
            packet.window.set(octet: old ^ (0x80 >> UInt8(bit % 8)), at: bit / 8)
            #expect(ICMPView.problem(in: packet.window) == .checksum)
            packet.window.set(octet: old, at: bit / 8)
        }
    }

    @Test("a message of less than eight octets is truncated")
    func truncated() {
        let whole = payload("icmp-echo-request").octets
        for count in 0..<8 {
            #expect(ICMPView.problem(in: Packet(Array(whole.prefix(count))).window) == .truncated)
        }
    }

    @Test(
        "what the kernel sent is emitted octet for octet",
        arguments: [
            "icmp-echo-request", "icmp-echo-reply", "icmp-port-unreachable", "icmp-fragmentation-needed",
            "icmp-time-exceeded", "icmp-network-unreachable",
        ])
    func emit(name: String) {
        let view = view(name)
        let copy = Packet([UInt8](repeating: 0xEE, count: 8) + view.body.octets)
        #expect(view.message.emit(into: copy.window, bodyCount: view.body.count) == copy.window.count)
        #expect(copy.octets == view.octets.octets)
        #expect(view.message.emit(into: copy.window, bodyCount: view.body.count + 1) == nil)
        #expect(view.message.emit(into: copy.window, bodyCount: -1) == nil)
    }

    @Test("every type and code is read back as it was emitted")
    func roundTrip() {
        var generator = SplitMix(seed: 792)
        for type in UInt8.min...UInt8.max {
            for code in [UInt8(0), 1, 3, 4, 255] {
                let packet = Packet([type, code, 0, 0] + generator.octets(20))
                let message = ICMPView(packet.window).message
                #expect(message.emit(into: packet.window, bodyCount: 16) == 24)
                #expect(ICMPView.problem(in: packet.window) == nil)
                #expect(ICMPView(packet.window).message == message)
                #expect(packet.window.octet(at: 0) == type && packet.window.octet(at: 1) == code)
                #expect(message.isError == [3, 4, 5, 11, 12].contains(type))
            }
        }
    }
}
