import Octets
import PacketDemux
import Testing

@Suite("RFC 7983 section 7 and RFC 5761 section 4: what a datagram is")
struct DatagramClassTests {
    private func classify(_ octets: [UInt8]) -> DatagramClass {
        withMemory(octets) { DatagramClass($0) }
    }

    @Test("the first octet decides over its whole range")
    func firstOctet() {
        for first in UInt8.min...UInt8.max {
            let octets = [first, 0] + [UInt8](repeating: 0, count: 20)
            let expected: DatagramClass
            switch first {
            case 0...3: expected = .stun
            case 16...19: expected = .zrtp
            case 20...63: expected = .dtls
            case 64...79: expected = .turnChannel
            case 128...191: expected = .rtp
            default: expected = .unknown
            }
            #expect(classify(octets) == expected)
        }
    }

    @Test("in the RTP range the second octet tells RTCP from RTP")
    func secondOctet() {
        for second in UInt8.min...UInt8.max {
            let octets = [0x80, second] + [UInt8](repeating: 0, count: 20)
            #expect(classify(octets) == ((192...223).contains(second) ? .rtcp : .rtp))
        }
    }

    @Test("a packet shorter than its fixed header is truncated, an empty one unknown")
    func short() {
        #expect(classify([]) == .unknown)
        for count in 1..<12 { #expect(classify([0x80] + [UInt8](repeating: 0, count: count - 1)) == .truncated) }
        for count in 1..<7 { #expect(classify([0x80, 200] + [UInt8](repeating: 0, count: count - 1)) == .truncated) }
        #expect(classify([0x80, 200] + [UInt8](repeating: 0, count: 6)) == .rtcp)
    }
}
