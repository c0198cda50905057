import MediaControl
import Octets
import PacketDemux
import RTP
import Timing

/// A far end: its address, and the stream it sends.
struct Phone {
    var endpoint: InetEndpoint
    let pair: UInt16
    var ssrc: UInt32
    var sequence: UInt16
    var timestamp: UInt32
    var type: UInt8

    init(host: UInt32, pair: UInt16, ssrc: UInt32, sequence: UInt16 = 100, timestamp: UInt32 = 5000, type: UInt8 = 0) {
        endpoint = InetEndpoint(address: .ipv4(0xC000_0200 + host), port: 30_000)
        self.pair = pair
        self.ssrc = ssrc
        self.sequence = sequence
        self.timestamp = timestamp
        self.type = type
    }

    /// Octets of one packet as the phone would send it now.
    func packet(type: UInt8? = nil, marker: Bool = false, timestamp: UInt32? = nil, payload: [UInt8]) -> [UInt8] {
        [0x80, (marker ? 0x80 : 0) | (type ?? self.type)] + half(sequence) + word(timestamp ?? self.timestamp)
            + word(ssrc) + payload
    }

    /// The next packet of an even stream.
    mutating func speak(_ payload: [UInt8] = [UInt8](repeating: 0x5a, count: 160), marker: Bool = false) -> [UInt8] {
        defer { step(payload.count) }
        return packet(marker: marker, payload: payload)
    }

    /// The next packet of an event that began at `start`.
    mutating func press(
        _ event: UInt8, start: UInt32, duration: UInt16, isEnd: Bool = false, type: UInt8 = 101, marker: Bool = false
    ) -> [UInt8] {
        defer { sequence &+= 1 }
        return packet(
            type: type, marker: marker, timestamp: start, payload: [event, isEnd ? 0x8a : 0x0a] + half(duration))
    }

    mutating func step(_ samples: Int) {
        sequence &+= 1
        timestamp &+= UInt32(samples)
    }
}

func word(_ value: UInt32) -> [UInt8] { half(UInt16(value >> 16)) + half(UInt16(value & 0xffff)) }
func half(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }

/// A sent RTP packet as its fields.
struct Heard: Equatable {
    var marker: Bool
    var type: UInt8
    var sequence: UInt16
    var timestamp: UInt32
    var ssrc: UInt32
    var payload: [UInt8]

    init?(_ sent: Sent) {
        let octets = sent.octets
        guard octets.count >= 12, octets[0] >> 6 == 2, !(192...223).contains(octets[1]) else { return nil }
        let start = 12 + 4 * Int(octets[0] & 15)
        marker = octets[1] & 0x80 != 0
        type = octets[1] & 0x7f
        sequence = UInt16(octets[2]) << 8 | UInt16(octets[3])
        timestamp = octets[4...7].reduce(0) { $0 << 8 | UInt32($1) }
        ssrc = octets[8...11].reduce(0) { $0 << 8 | UInt32($1) }
        payload = Array(octets[start...])
    }
}

extension [Sent] {
    /// RTP packets to an address, in order.
    func heard(by phone: Phone) -> [Heard] { filter { $0.destination == phone.endpoint }.compactMap(Heard.init) }
    /// RTCP datagrams.
    var reports: [Sent] { filter { $0.octets.count >= 2 && (192...223).contains($0.octets[1]) } }
}

/// A described RTP side towards a phone.
func side(_ phone: Phone, own: UInt32, format: AudioFormat = .pcmu) -> TerminationDescriptor {
    var descriptor = TerminationDescriptor(kind: .rtp)
    descriptor.flags = [.receive, .send, .described, .reportDigits]
    descriptor.portIndex = phone.pair
    descriptor.localSSRC = own
    descriptor.remoteRTP = phone.endpoint
    descriptor.remoteRTCP = InetEndpoint(address: phone.endpoint.address, port: phone.endpoint.port + 1)
    descriptor.signallingSource = phone.endpoint.address
    let type: UInt8 = format == .pcma ? 8 : 0
    descriptor.sendPayload = PayloadMapping(payloadType: type, format: format)
    descriptor.receivePayload = PayloadMapping(payloadType: type, format: format)
    descriptor.sendEventType = 101
    descriptor.receiveEventType = 101
    return descriptor
}

/// A call between two phones, set up.
final class Call {
    let bench: Bench
    let context = ContextID(slot: 3, generation: 9)
    var alice: Phone
    var bob: Phone
    var a: TerminationDescriptor
    var b: TerminationDescriptor

    init(
        _ path: MediaPath = .relay, formats: (AudioFormat, AudioFormat) = (.pcmu, .pcmu), bench: Bench = Bench(),
        change: (inout TerminationDescriptor, inout TerminationDescriptor) -> Void = { _, _ in }
    ) {
        self.bench = bench
        alice = Phone(host: 1, pair: 0, ssrc: 0xa11ce, type: formats.0 == .pcma ? 8 : 0)
        bob = Phone(host: 2, pair: 1, ssrc: 0xb0b, type: formats.1 == .pcma ? 8 : 0)
        a = side(alice, own: 0xaaaa_0001, format: formats.0)
        b = side(bob, own: 0xbbbb_0001, format: formats.1)
        change(&a, &b)
        bench.apply(.add, context, path, a, b)
    }

    func modify(_ path: MediaPath = .relay) { bench.apply(.modify, context, path, a, b) }

    /// Alice's octets arrive, and all that the plane sends at once is given back.
    @discardableResult func aliceSends(_ octets: [UInt8]) -> [Heard] {
        bench.arrive(octets, from: alice.endpoint, pair: alice.pair)
        bench.deliver()
        return bench.takeSent().heard(by: bob)
    }

    @discardableResult func bobSends(_ octets: [UInt8]) -> [Heard] {
        bench.arrive(octets, from: bob.endpoint, pair: bob.pair)
        bench.deliver()
        return bench.takeSent().heard(by: alice)
    }

    /// Alice speaks for `packets` times 20 ms; what Bob hears.
    func aliceSpeaks(_ packets: Int) -> [Heard] {
        (0..<packets).flatMap { _ in
            let heard = aliceSends(alice.speak())
            bench.run(milliseconds: 20)
            return heard + bench.takeSent().heard(by: bob)
        }
    }
}

/// An application call: a phone on side A, the application on side B.
final class ApplicationCall {
    let bench: Bench
    let context = ContextID(slot: 2, generation: 4)
    var phone: Phone
    var a: TerminationDescriptor
    let b: TerminationDescriptor

    init(_ kind: TerminationKind, format: AudioFormat = .pcmu, packetTime: UInt8 = 20, bench: Bench = Bench()) {
        self.bench = bench
        phone = Phone(host: 7, pair: 2, ssrc: 0x7777, type: format == .pcma ? 8 : 0)
        a = side(phone, own: 0xaaaa_0002, format: format)
        a.packetTime = packetTime
        b = TerminationDescriptor(kind: kind)
        bench.apply(.add, context, .tick, a, b)
    }

    func arrive(_ octets: [UInt8]) {
        bench.arrive(octets, from: phone.endpoint, pair: phone.pair)
        bench.deliver()
    }

    func heard() -> [Heard] { bench.takeSent().heard(by: phone) }
}
