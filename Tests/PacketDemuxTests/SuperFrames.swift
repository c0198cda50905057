import InetStack
import InetWire
import Octets
import PacketDemux
import Testing

@Suite("Super-frames of several datagrams")
struct SuperFrames {
    /// A frame of host 1 to a reserved port of host 2 with `count` octets of payload, each the low octet of its place.
    private func frame(_ count: Int) throws -> [UInt8] {
        var sender = FrameBox.identity(1)
        sender.mtu = .max
        let room = [UInt8](repeating: 0, count: 128) + (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        return try withMemory(room) { window in
            let path = DatagramPath(
                localPort: 4_000, destination: InetEndpoint(address: .ipv4(0xC000_0202), port: 5_004),
                nextHop: FrameBox.identity(2).link)
            let verdict = FrameComposer(sender).compose(
                in: window, payloadOffset: 128, payloadCount: count, path: path)
            guard case .composed(let start, let length, _) = verdict else { throw Refused() }
            return (start..<(start + length)).map { window.octet(at: $0) }
        }
    }

    private struct Refused: Error {}

    private func segments(_ octets: [UInt8], size: UInt16, _ kind: SegmentKind = .udpDatagrams) -> (
        [[UInt8]], isCutOff: Bool
    ) {
        let box = FrameBox()
        var offload = VirtioNetHeader()
        offload.segments = kind
        offload.segmentSize = size
        return withMemory(octets) { window in
            let verdict = FrameDemux.classify(window, checksum: .unverified, identity: box.identity, ports: box.ports)
            guard case .realTime(let datagram) = verdict else { return ([], false) }
            var segments = DatagramSegments(datagram, of: window, offload: offload)
            var found: [[UInt8]] = []
            while let segment = segments.next() { found.append((0..<segment.count).map { segment.octet(at: $0) }) }
            return (found, segments.isCutOff)
        }
    }

    @Test("five packets of 172 octets and a shorter one")
    func split() throws {
        let (found, isCutOff) = segments(try frame(5 * 172 + 42), size: 172)
        #expect(found.map(\.count) == [172, 172, 172, 172, 172, 42] && !isCutOff)
        #expect(found.flatMap { $0 } == (0..<902).map { UInt8(truncatingIfNeeded: $0) })
    }

    @Test("a frame that is no super-frame is one datagram, an empty one too")
    func single() throws {
        #expect(segments(try frame(172), size: 100, .none).0.map(\.count) == [172])
        #expect(segments(try frame(172), size: 0).0.map(\.count) == [172])
        #expect(segments(try frame(172), size: 172).0.map(\.count) == [172])
        #expect(segments(try frame(0), size: 172).0 == [[]])
    }

    @Test("no more than 128 datagrams are taken from one frame")
    func limit() throws {
        #expect(
            segments(try frame(128 * 12), size: 12) == (
                (0..<128).map { n in (0..<12).map { UInt8(truncatingIfNeeded: n * 12 + $0) } }, false
            ))
        let (found, isCutOff) = segments(try frame(1_000), size: 1)
        #expect(found.count == DatagramSegments.limit && isCutOff)
    }
}
