import Octets
import RTP
import Testing

@Suite("RFC 3550 §5.1, A.1 RTP header")
struct RFC3550_5_1_Header {
    /// Sequence 0x0102, timestamp 0x03040506, source 0x0708090a.
    private let plain: [UInt8] = [0x80, 0x88, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

    @Test("the fields of a plain header are read")
    func fields() {
        let header = RTPHeader(Packet(plain + [0xaa, 0xbb]).window)
        #expect(header.marker && header.payloadType == .pcma)
        #expect(header.sequence == 0x0102 && header.timestamp == 0x0304_0506 && header.ssrc == SSRC(0x0708_090a))
        #expect(header.headerCount == 12 && header.payloadCount == 2 && header.paddingCount == 0)
    }

    @Test("contributing sources, extension and padding lie around the payload")
    func options() {
        let octets =
            [0xb2] + plain.dropFirst() + word(1) + word(2) + [0xbe, 0xde, 0, 1] + word(3) + [0x55, 0x66, 0, 0, 3]
        let packet = Packet(octets)
        #expect(RTPHeader.problem(in: packet.window) == nil)
        let header = RTPHeader(packet.window)
        #expect(header.sourceCount == 2 && header.extensionCount == 8 && header.headerCount == 28)
        #expect(packet.octets(header.payload(of: packet.window)) == [0x55, 0x66])
    }

    @Test("version 2 only", arguments: [0x00, 0x40, 0xc0] as [UInt8])
    func version(first: UInt8) {
        #expect(RTPHeader.problem(in: Packet([first] + plain.dropFirst()).window) == .version)
    }

    @Test("payload types 72 to 76 belong to RTCP", arguments: [72, 76, 200, 204] as [UInt8])
    func rtcpTypes(second: UInt8) {
        #expect(RTPHeader.problem(in: Packet([0x80, second] + plain.dropFirst(2)).window) == .rtcp)
    }

    @Test("a packet cut short anywhere in its header is refused")
    func truncated() {
        let whole = [0x92] + plain.dropFirst() + word(1) + word(2) + [0xbe, 0xde, 0, 2] + word(3) + word(4)
        for count in 0..<whole.count {
            #expect(RTPHeader.problem(in: Packet(Array(whole.prefix(count))).window) == .truncated)
        }
        #expect(RTPHeader.problem(in: Packet(whole).window) == nil)
    }

    @Test("padding of zero, or beyond the payload, is refused; all of the payload may be padding")
    func padding() {
        let start = [0xa0] + plain.dropFirst()
        #expect(RTPHeader.problem(in: Packet(start + [0, 0, 0]).window) == .padding)
        #expect(RTPHeader.problem(in: Packet(start + [0, 0, 4]).window) == .padding)
        let full = Packet(start + [0, 0, 3])
        #expect(RTPHeader.problem(in: full.window) == nil)
        #expect(RTPHeader(full.window).payloadCount == 0)
    }

    @Test("what is emitted is read back")
    func roundTrip() {
        let packet = Packet(count: 12)
        let header = RTPHeader(
            marker: true, payloadType: PayloadType(101), sequence: 65_535, timestamp: .max, ssrc: SSRC(0xdead_beef))
        header.emit(into: packet.window)
        #expect(packet.octets == [0x80, 0xe5, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xde, 0xad, 0xbe, 0xef])
        #expect(RTPHeader(packet.window).payloadType == PayloadType(101))
    }

    @Test("rewriting leaves version, options and payload as they are")
    func rewrite() {
        let packet = Packet([0xb1] + plain.dropFirst() + word(9) + [0, 0, 0, 0] + [0x11, 0x22, 0, 2])
        var header = RTPHeader(packet.window)
        header.payloadType = .pcmu
        header.marker = false
        header.sequence = 7
        header.rewrite(in: packet.window)
        #expect(
            packet.octets == [0xb1, 0, 0, 7, 3, 4, 5, 6, 7, 8, 9, 10] + word(9) + [0, 0, 0, 0] + [0x11, 0x22, 0, 2])
    }

    @Test("taking an extension off keeps contributing sources and payload, and moves the start")
    func strip() {
        let packet = Packet([0x91] + plain.dropFirst() + word(9) + [0xbe, 0xde, 0, 1] + word(5) + [0x11, 0x22])
        var header = RTPHeader(packet.window)
        let gap = header.stripExtension(in: packet.window)
        #expect(gap == 8 && header.headerCount == 16 && header.extensionCount == 0)
        let shorter = packet.window.suffix(from: gap)
        #expect(packet.octets(shorter) == [0x81] + plain.dropFirst() + word(9) + [0x11, 0x22])
        #expect(packet.octets(header.payload(of: shorter)) == [0x11, 0x22])
        #expect(header.stripExtension(in: shorter) == 0)
    }
}
