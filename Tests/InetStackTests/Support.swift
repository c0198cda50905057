import Foundation
import InetStack
import InetWire
import Octets
import Timing

/// Octets in memory of their own. It is never given back, so that a window may outlive the value.
struct Packet {
    let window: OctetBuffer

    init(_ octets: [UInt8]) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, octets.count), alignment: 1)
        window = OctetBuffer(start: memory, count: octets.count)
        for (offset, octet) in octets.enumerated() { window.set(octet: octet, at: offset) }
    }

    init(count: Int) { self.init([UInt8](repeating: 0xEE, count: count)) }

    /// One of the fuzzer's frames; empty if there is none of that name.
    init(seed name: String) {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fuzz/Corpus/inet-frame").appending(path: name)
        self.init((try? Data(contentsOf: file)).map { [UInt8]($0) } ?? [])
    }
}

/// A neighbour cache in memory of its own.
final class CacheBox {
    private let memory: UnsafeMutableRawPointer
    var cache: NeighborCache

    init(capacity: Int = 64, seed: UInt64 = 7) {
        memory = .allocate(byteCount: NeighborCache.byteCount(capacity: capacity), alignment: 64)
        cache = NeighborCache(at: memory, capacity: capacity, seed: seed)
    }

    deinit { memory.deallocate() }

    /// What a look-up says, in a word.
    func look(_ address: InetAddress, _ milliseconds: Int) -> String {
        switch cache.lookup(address, at: instant(milliseconds)) {
        case .known(let link): "known \(link.bits & 0xFF)"
        case .confirm(let link): "confirm \(link.bits & 0xFF)"
        case .resolve: "resolve"
        case .waiting: "waiting"
        case .impossible: "impossible"
        }
    }

    @discardableResult
    func learn(
        _ address: InetAddress, _ link: MACAddress?, isSolicited: Bool, isOverride: Bool, at now: MonotonicInstant
    ) -> Bool {
        cache.learn(address, link, isSolicited: isSolicited, isOverride: isOverride, at: now)
    }

    @discardableResult
    func mirror(_ address: InetAddress, _ link: MACAddress, _ state: MirroredState, at now: MonotonicInstant) -> Bool {
        cache.mirror(address, link, state, at: now)
    }

    func state(_ address: InetAddress, _ milliseconds: Int) -> NeighborState? {
        cache.find(address, at: instant(milliseconds))?.state
    }
}

/// A route table in memory of its own.
final class RouteBox {
    private let memory: UnsafeMutableRawPointer
    var table: RouteTable

    init(capacity: Int = 64) {
        memory = .allocate(byteCount: RouteTable.byteCount(capacity: capacity), alignment: 64)
        table = RouteTable(at: memory, capacity: capacity)
    }

    @discardableResult
    func add(_ route: Route) -> Bool { table.add(route) }

    func remove(_ route: Route) -> Bool { table.remove(route) }

    deinit { memory.deallocate() }
}

func instant(_ milliseconds: Int) -> MonotonicInstant { .start + .milliseconds(1_000_000 + milliseconds) }

/// 192.0.2.`host`.
func v4(_ host: UInt32) -> InetAddress { .ipv4(0xC000_0200 + host) }
/// 2001:db8::`host`.
func v6(_ host: UInt64) -> InetAddress { InetAddress(high: 0x2001_0DB8 << 32, low: host) }
/// 02:00:00:00:00:`last`.
func mac(_ last: UInt64) -> MACAddress { MACAddress(bits: 0x0200_0000_0000 + last) }

/// The far one of the two hosts that the fuzzer's frames were recorded between, or the near one.
func identity(_ host: UInt64 = 1) -> InterfaceIdentity {
    var identity = InterfaceIdentity(link: mac(9 + host))
    identity.ipv4 = v4(UInt32(host))
    identity.ipv4Prefix = 24
    identity.ipv6 = v6(host)
    identity.ipv6Prefix = 64
    identity.ipv6LinkLocal = InetAddress(high: 0xFE80 << 48, low: 9 + host)
    return identity
}
