import Octets
import PacketDemux
import Telemetry
import Timing

/// Gives `body` a window on a copy of `octets`.
func withMemory<Result>(_ octets: [UInt8], _ body: (OctetBuffer) throws -> Result) rethrows -> Result {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, octets.count), alignment: 64)
    defer { memory.deallocate() }
    let window = OctetBuffer(start: memory, count: octets.count)
    for (offset, octet) in octets.enumerated() { window.set(octet: octet, at: offset) }
    return try body(window)
}

/// A flow table in memory of its own.
final class TableBox {
    private let memory: UnsafeMutableRawPointer
    var table: FlowTable

    init(capacity: Int, seed: UInt64 = 7) {
        memory = .allocate(byteCount: FlowTable.byteCount(capacity: capacity), alignment: 128)
        table = FlowTable(at: memory, capacity: capacity, seed: seed)
    }

    deinit { memory.deallocate() }
}

/// Octets of packets as far ends send them.
enum Wire {
    static func word(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }

    /// 20 ms of G.711 silence.
    static func rtp(_ sequence: UInt16, _ source: UInt32) -> [UInt8] {
        [0x80, 0, UInt8(sequence >> 8), UInt8(sequence & 255)] + word(UInt32(sequence) * 160) + word(source)
            + [UInt8](repeating: 0xff, count: 160)
    }

    /// A receiver report of `sender` with a block on each of `named`.
    static func report(_ sender: UInt32, on named: [UInt32] = []) -> [UInt8] {
        [0x80 | UInt8(named.count), 201, 0, UInt8(1 + 6 * named.count)] + word(sender)
            + named.flatMap { word($0) + [UInt8](repeating: 0, count: 20) }
    }
}

/// A place on the network in the documentation ranges.
func place(_ host: UInt32, _ port: UInt16) -> InetEndpoint {
    InetEndpoint(address: .ipv4(0xC633_6400 + host), port: port)
}

func instant(milliseconds: Int) -> MonotonicInstant { MonotonicInstant.start + .milliseconds(1_000_000 + milliseconds) }

/// A described flow from `rtp`, RTCP at the port after it, signalled from the same address.
func expectation(
    pair: UInt16 = 0, own: UInt32, _ rtp: InetEndpoint, policy: SourcePolicy = .proof, described: Bool = true
) -> FlowExpectation {
    var wanted = FlowExpectation()
    wanted.pair = pair
    wanted.localSource = own
    wanted.rtp = rtp
    wanted.rtcp = InetEndpoint(address: rtp.address, port: rtp.port + 1)
    wanted.signallingSource = rtp.address
    wanted.policy = policy
    wanted.isDescribed = described
    return wanted
}

/// A verdict as tests compare it.
enum Outcome: Equatable {
    case rtp(UInt32)
    case rtcp(UInt32)
    case aside(UInt32)
    case dropped(UInt8)

    init(_ verdict: FlowVerdict) {
        switch verdict {
        case .deliver(let flow, .rtp): self = .rtp(flow.slot)
        case .deliver(let flow, .rtcp): self = .rtcp(flow.slot)
        case .aside(let flow, _): self = .aside(flow.slot)
        case .dropped(let reason): self = .dropped(reason.rawValue)
        }
    }

    static func dropped(_ reason: DropReason) -> Outcome { .dropped(reason.rawValue) }
}

extension TableBox {
    func rtp(
        _ source: UInt32, _ sequence: UInt16, from remote: InetEndpoint, pair: UInt16 = 0, at milliseconds: Int
    ) -> Outcome {
        withMemory(Wire.rtp(sequence, source)) {
            Outcome(
                table.route(
                    $0, to: LocalPort(pair: pair, channel: .rtp), from: remote, now: instant(milliseconds: milliseconds)
                ))
        }
    }

    func rtcp(
        _ sender: UInt32, on named: [UInt32] = [], from remote: InetEndpoint, pair: UInt16 = 0,
        channel: PortChannel = .rtcp, at milliseconds: Int
    ) -> Outcome {
        withMemory(Wire.report(sender, on: named)) {
            Outcome(
                table.route(
                    $0, to: LocalPort(pair: pair, channel: channel), from: remote,
                    now: instant(milliseconds: milliseconds)))
        }
    }

    func add(_ slot: UInt32, _ wanted: FlowExpectation, at milliseconds: Int = 0) -> FlowAdmission {
        table.add(FlowID(slot: slot, generation: 1), wanted, now: instant(milliseconds: milliseconds))
    }

    func remove(_ slot: UInt32, at milliseconds: Int) {
        table.remove(FlowID(slot: slot, generation: 1), now: instant(milliseconds: milliseconds))
    }

    func notices() -> [FlowNotice] {
        var all: [FlowNotice] = []
        while let event = table.nextEvent() { all.append(event.notice) }
        return all
    }
}
