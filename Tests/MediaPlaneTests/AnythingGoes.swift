import MediaControl
import Octets
import PacketDemux
import RTPSession
import Testing
import Timing

/// Random commands and datagrams, half of them near what is right.
private struct Disorder {
    var generator: SmallGenerator
    let bench = Bench(contexts: 4)
    var lives: [UInt32] = [0, 0, 0, 0]
    var used: [UInt32] = [0, 0, 0, 0]

    mutating func pick(_ count: Int) -> Int { Int(generator.next(below: UInt64(count))) }
    mutating func octet() -> UInt8 { UInt8(truncatingIfNeeded: generator.next()) }

    mutating func endpoint() -> InetEndpoint {
        let port = UInt16(30_000 + pick(3))
        if pick(20) == 0 { return .unspecified }
        return InetEndpoint(address: .ipv4(0xC000_0201 + UInt32(pick(3))), port: port)
    }

    mutating func descriptor(_ own: UInt32) -> TerminationDescriptor {
        let kinds: [TerminationKind] = [.rtp, .rtp, .rtp, .echo, .milliwatt, .silence, .blocks, .none]
        let formats: [AudioFormat] = [.pcmu, .pcma, .none]
        var descriptor = TerminationDescriptor(kind: kinds[pick(kinds.count)])
        descriptor.flags = TerminationFlags(rawValue: pick(4) == 0 ? UInt16(pick(128)) : 0b11011)
        descriptor.nat = [.proof, .strict, .any][pick(3)]
        descriptor.portIndex = UInt16(pick(3))
        descriptor.lane = UInt16(pick(3))
        descriptor.localSSRC = pick(8) == 0 ? UInt32(pick(4)) : own
        descriptor.remoteSSRC = UInt32(pick(3))
        descriptor.clockRate = [8000, 8000, 0, 48_000, .max][pick(5)]
        descriptor.remoteRTP = endpoint()
        descriptor.remoteRTCP = endpoint()
        descriptor.sendPayload = PayloadMapping(payloadType: [0, 8, 255][pick(3)], format: formats[pick(3)])
        descriptor.receivePayload = PayloadMapping(payloadType: [0, 8, 255][pick(3)], format: formats[pick(3)])
        descriptor.sendEventType = [101, 255][pick(2)]
        descriptor.receiveEventType = 101
        descriptor.packetTime = octet()
        return descriptor
    }

    mutating func command() {
        let slot = pick(4)
        var command = MediaCommand([MediaVerb.add, .modify, .sendDigit][pick(3)])
        switch command.verb {
        case .add:
            used[slot] += 1
            command.context = ContextID(slot: UInt32(slot), generation: used[slot])
        case .modify, .sendDigit, .claimPort, .relinquishPort, .stop:
            command.context = ContextID(slot: UInt32(slot), generation: lives[slot])
        }
        command.path = [.closed, .relay, .transcode, .tick][pick(4)]
        command.digit = octet()
        command.duration = UInt16(pick(65_536))
        command.side = pick(2) == 0 ? .a : .b
        command.a = descriptor(0x100 + UInt32(slot))
        command.b = descriptor(0x200 + UInt32(slot))
        bench.give(command)
        let isRefused = !bench.takeEvents(.refused).isEmpty
        if case .add = command.verb, !isRefused { lives[slot] = used[slot] }
    }

    mutating func datagram() {
        var octets: [UInt8]
        let sequence = half(UInt16(pick(2) == 0 ? pick(65_536) : pick(64)))
        switch pick(4) {
        case 0: octets = [0x80, [200, 201, 202, 203][pick(4)], 0, UInt8(pick(12))] + word(UInt32(pick(4)))
        case 1: octets = [0x80, 101] + sequence + word(UInt32(pick(5)) &* 0xffff) + word(UInt32(pick(4)))
        case 2: octets = [octet(), octet()]
        default:
            octets =
                [0x80, UInt8([0, 8][pick(2)])] + sequence + word(UInt32(pick(1 << 20)) &* 0x1010)
                + word(UInt32(pick(4)))
        }
        for _ in 0..<pick(3) where !octets.isEmpty { octets[pick(octets.count)] = octet() }
        octets += (0..<pick(pick(10) == 0 ? 1500 : 200)).map { _ in octet() }
        bench.arrive(octets, from: endpoint(), pair: UInt16(pick(3)), channel: pick(3) == 0 ? .rtcp : .rtp)
    }

    mutating func subtract() {
        let slot = pick(4)
        guard lives[slot] != 0 else { return }
        let context = ContextID(slot: UInt32(slot), generation: lives[slot])
        bench.subtract(context)
        #expect(bench.takeEvents(.subtracted).map(\.context) == [context])
        #expect(bench.counters(context, .a).final == 1 && bench.counters(context, .b).final == 1)
        lives[slot] = 0
    }
}

@Suite("Nothing that arrives, and no order, breaks the plane")
struct AnythingGoes {
    @Test(
        "random orders, datagrams and pauses: no trap, every context accounted for",
        arguments: 1...4 as ClosedRange<UInt64>)
    func disorder(seed: UInt64) {
        var disorder = Disorder(generator: SmallGenerator(seed: seed))
        for _ in 0..<1500 {
            switch disorder.pick(20) {
            case 0...2: disorder.command()
            case 3: disorder.subtract()
            case 4...6: disorder.bench.run(milliseconds: disorder.pick(60))
            case 7: disorder.bench.stall(milliseconds: disorder.pick(400))
            default: for _ in 0..<disorder.pick(20) { disorder.datagram() }
            }
            disorder.bench.deliver()
            #expect(disorder.bench.contextCount == disorder.lives.filter { $0 != 0 }.count)
            for sent in disorder.bench.takeSent() { #expect(!sent.destination.isUnspecified && sent.octets.count >= 8) }
        }
    }
}
