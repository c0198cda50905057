import Octets
import RTP
import Testing

@Suite("RFC 3550 §6.1, A.2 compound RTCP")
struct RFC3550_6_Walk {
    private let receiver: [UInt8] = [0x80, 201, 0, 1] + word(5)

    private func parts(_ octets: [UInt8]) -> [RTCPPart] {
        let packet = Packet(octets)
        var walker = RTCPWalker(packet.window)
        var parts: [RTCPPart] = []
        while let part = walker.next() { parts.append(part) }
        return parts
    }

    @Test("each packet of a compound datagram is found, unknown types too")
    func compound() {
        let octets = receiver + [0x81, 203, 0, 1] + word(5) + [0x80, 210, 0, 0]
        #expect(RTCPWalker.problem(in: Packet(octets).window) == nil)
        let found = parts(octets)
        #expect(found.map(\.start) == [0, 8, 16])
        #expect(found.map(\.octetCount) == [8, 8, 4])
        #expect(found.map(\.kind) == [.receiverReport, .bye, nil])
    }

    @Test("a reduced-size datagram passes: feedback alone, without a report first (RFC 5506)")
    func reducedSize() {
        #expect(RTCPWalker.problem(in: Packet([0x81, 206, 0, 2] + word(1) + word(2)).window) == nil)
    }

    @Test("cut anywhere, it is refused or ends with a whole packet")
    func truncated() {
        let octets = receiver + receiver
        for count in 0..<octets.count where count != 8 {
            #expect(RTCPWalker.problem(in: Packet(Array(octets.prefix(count))).window) == .truncated)
        }
    }

    @Test("types outside 192 to 223 are no RTCP", arguments: [0, 191, 224, 255] as [UInt8])
    func foreign(type: UInt8) {
        #expect(RTCPWalker.problem(in: Packet([0x80, type, 0, 0]).window) == .type)
    }

    @Test("a later packet of another version is refused")
    func version() {
        #expect(RTCPWalker.problem(in: Packet(receiver + [0x40, 203, 0, 0]).window) == .version)
    }

    @Test("padding stands on the last packet only, in whole words, inside it")
    func padding() {
        let last: [UInt8] = [0xa0, 201, 0, 2] + word(5) + [0, 0, 0, 4]
        #expect(RTCPWalker.problem(in: Packet(receiver + last).window) == nil)
        #expect(parts(receiver + last).last?.octetCount == 8)
        #expect(RTCPWalker.problem(in: Packet(last + receiver).window) == .padding)
        for count in [0, 3, 12, 255] as [UInt8] {
            let octets = [0xa0, 201, 0, 2] + word(5) + [0, 0, 0, count]
            #expect(RTCPWalker.problem(in: Packet(octets).window) == .padding)
        }
    }

    @Test("a datagram of more packets than the bound is refused")
    func tooMany() {
        let many = (0...RTCPWalker.partLimit).flatMap { _ in [0x80, 203, 0, 0] as [UInt8] }
        #expect(RTCPWalker.problem(in: Packet(many).window) == .tooMany)
        #expect(RTCPWalker.problem(in: Packet(Array(many.dropLast(4))).window) == nil)
    }

    @Test("a report count beyond the packet's length gives only the blocks that lie in it")
    func overstatedCount() throws {
        let octets = [0x9f, 201, 0, 7] + word(5) + word(9) + [UInt8](repeating: 0, count: 20)
        let part = try #require(parts(octets).first)
        #expect(part.count == 31 && part.reportCount == 1)
    }

    @Test("a BYE's count beyond its length names only what lies in it")
    func overstatedBye() throws {
        let packet = Packet([0x9f, 203, 0, 1] + word(5))
        let part = try #require(parts(packet.octets).first)
        #expect(part.says(bye: SSRC(5), in: packet.window))
        #expect(!part.says(bye: SSRC(6), in: packet.window))
    }

    @Test("the canonical name is found behind other items and chunks; a broken item gives none")
    func names() throws {
        // Chunk of source 1 with NAME "x", chunk of source 2 with NOTE "n" and CNAME "ab".
        let chunks: [UInt8] = word(1) + [2, 1, 0x78, 0] + word(2) + [7, 1, 0x6e, 1, 2, 0x61, 0x62, 0]
        let packet = Packet([0x82, 202, 0, 5] + chunks)
        let part = try #require(parts(packet.octets).first)
        let name = try #require(part.canonicalName(of: SSRC(2), in: packet.window))
        #expect(packet.octets(name) == [0x61, 0x62])
        #expect(part.canonicalName(of: SSRC(1), in: packet.window) == nil)
        let broken = Packet([0x81, 202, 0, 2] + word(2) + [1, 9, 0x61, 0])
        let brokenPart = try #require(parts(broken.octets).first)
        #expect(brokenPart.canonicalName(of: SSRC(2), in: broken.window) == nil)
    }
}

@Suite("RFC 3550 §6.4, §6.5, §6.6 RTCP as we write it")
struct RFC3550_6_Write {
    private let block = ReportBlock(
        ssrc: SSRC(0x1111_1111), fractionLost: 64, cumulativeLost: -5, highestSequence: 0x2_0003, jitter: 17,
        lastSR: 0xaabb_ccdd, delaySinceLastSR: 0x8000)

    @Test("SR with a block, SDES, BYE: every field is read back")
    func everything() throws {
        let packet = Packet(count: RTCPWriter.room(reports: 1, name: 5))
        let info = SenderInfo(ntpTimestamp: 0x0102_0304_0506_0708, rtpTimestamp: 99, packetCount: 3, octetCount: 480)
        var writer = RTCPWriter(packet.window)
        writer.senderReport(SSRC(7), info)
        writer.report(block)
        writer.canonicalName(SSRC(7), Packet(Array("hello".utf8)).window)
        writer.bye(SSRC(7))
        let datagram = packet.window.prefix(writer.count)
        #expect(RTCPWalker.problem(in: datagram) == nil)
        var walker = RTCPWalker(datagram)
        let part1 = walker.next()
        let report = try #require(part1)
        #expect(report.sender(in: datagram) == SSRC(7))
        #expect(report.senderInfo(in: datagram) == info && info.middle == 0x0304_0506)
        #expect(report.reportCount == 1 && report.report(on: SSRC(0x1111_1111), in: datagram) == block)
        let part2 = walker.next()
        let names = try #require(part2)
        let name = try #require(names.canonicalName(of: SSRC(7), in: datagram))
        #expect(packet.octets(name) == Array("hello".utf8))
        let part3 = walker.next()
        let bye = try #require(part3)
        #expect(bye.says(bye: SSRC(7), in: datagram))
        #expect(walker.next() == nil)
    }

    @Test("names of every length end in one to four zero octets, on a whole word")
    func nameLengths() {
        for count in 0...255 {
            let packet = Packet(count: 400)
            var writer = RTCPWriter(packet.window)
            writer.receiverReport(SSRC(1))
            writer.canonicalName(SSRC(1), Packet([UInt8](repeating: 0x61, count: count)).window)
            #expect(writer.count % 4 == 0)
            #expect(packet.octets[writer.count - 1] == 0 && packet.octets[8 + 8 + 2 + count] == 0)
            #expect(RTCPWalker.problem(in: packet.window.prefix(writer.count)) == nil)
        }
    }

    @Test("cumulative loss is a signed number of 24 bits", arguments: [0, 1, -1, 0x7f_ffff, -0x80_0000] as [Int32])
    func cumulativeLoss(lost: Int32) {
        var sent = block
        sent.cumulativeLost = lost
        let packet = Packet(count: 24)
        sent.emit(into: packet.window)
        #expect(ReportBlock(packet.window) == sent)
    }

    @Test("at most 31 blocks fit a report")
    func limit() throws {
        let packet = Packet(count: 1000)
        var writer = RTCPWriter(packet.window)
        writer.receiverReport(SSRC(1))
        for _ in 0..<40 { writer.report(block) }
        var walker = RTCPWalker(packet.window.prefix(writer.count))
        let report = walker.next()
        #expect(try #require(report).reportCount == 31)
        #expect(writer.count == 8 + 31 * 24)
    }
}
