import InetWire
import Octets
import Testing

@Suite("RFC 826 ARP, RFC 5227 announcements and probes")
struct RFC826_ARP {
    private let here = MACAddress(bits: 0x0200_0000_000A)
    private let there = MACAddress(bits: 0x0200_0000_000B)
    private let hereIP: UInt32 = 0xC000_0201
    private let thereIP: UInt32 = 0xC000_0202

    private func packet(_ name: String) -> Packet { Packet(Array(Frames.frame(name).dropFirst(14))) }

    @Test("a request asks for an address and names who asks")
    func request() {
        let view = ARPView(packet("arp-request").window)
        #expect(view.purpose == .request && !view.isReply)
        #expect(view.senderLink == here && view.sender == .ipv4(hereIP))
        #expect(view.target == .ipv4(thereIP))
    }

    @Test("a reply turns sender and target round")
    func reply() throws {
        let request = ARPView(packet("arp-request").window).message
        let answer = Packet(count: 28)
        #expect(request.reply(from: there).emit(into: answer.window) == 28)
        #expect(answer.octets == packet("arp-reply").octets)
        #expect(ARPView(answer.window).purpose == .reply)
    }

    @Test("a gratuitous packet names its own address as target, a probe has none as sender", arguments: [true, false])
    func gratuitousAndProbe(isFilledUp: Bool) {
        let filling = [UInt8](repeating: 0, count: isFilledUp ? 18 : 0)
        #expect(ARPView(Packet(packet("arp-gratuitous").octets + filling).window).purpose == .gratuitous)
        #expect(ARPView(Packet(packet("arp-probe").octets + filling).window).purpose == .probe)
    }

    @Test("the makers of each kind emit that kind")
    func makers() {
        let room = Packet(count: 28)
        #expect(ARPMessage.request(from: here, hereIP, for: thereIP).emit(into: room.window) == 28)
        #expect(room.octets == packet("arp-request").octets)
        #expect(ARPMessage.probe(from: here, for: thereIP).emit(into: room.window) == 28)
        #expect(ARPView(room.window).purpose == .probe)
        #expect(ARPMessage.gratuitous(from: here, hereIP).emit(into: room.window) == 28)
        #expect(ARPView(room.window).purpose == .gratuitous)
        #expect(ARPMessage.gratuitous(from: here, hereIP).emit(into: room.window.prefix(27)) == nil)
    }

    @Test(
        "other hardware, protocols, lengths and operations are refused",
        arguments: [
            (0, 0x0006, ARPProblem.hardware), (2, 0x86DD, .protocolType), (4, 0x0804, .hardware),
            (4, 0x0610, .protocolType), (6, 0x0000, .operation), (6, 0x0003, .operation), (6, 0x0009, .operation),
        ] as [(Int, UInt16, ARPProblem)])
    func refused(offset: Int, value: UInt16, problem: ARPProblem) {
        let wrong = packet("arp-request")
        wrong.window.set(uint16: value, at: offset)
        #expect(ARPView.problem(in: wrong.window) == problem)
    }

    @Test("a packet of less than 28 octets is truncated")
    func truncated() {
        let whole = packet("arp-reply").octets
        for count in 0..<28 {
            #expect(ARPView.problem(in: Packet(Array(whole.prefix(count))).window) == .truncated)
        }
        #expect(ARPView.problem(in: Packet(whole).window) == nil)
    }

    @Test("whatever is emitted is read back: 1,000 messages")
    func roundTrip() {
        var generator = SplitMix(seed: 826)
        let room = Packet(count: 28)
        for _ in 0..<1_000 {
            let message = ARPMessage(
                isReply: generator.next() % 2 == 0, senderLink: MACAddress(bits: generator.number()),
                sender: generator.number(), targetLink: MACAddress(bits: generator.number()),
                target: generator.number())
            #expect(message.emit(into: room.window) == 28)
            #expect(ARPView.problem(in: room.window) == nil && ARPView(room.window).message == message)
        }
    }
}
