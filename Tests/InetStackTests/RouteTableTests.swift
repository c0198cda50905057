import InetStack
import Octets
import Testing

@Suite("Route table")
struct RouteTableTests {
    @Test("the longest prefix wins, then the lowest metric; neighbours are their own next hop")
    func longestPrefix() {
        let box = RouteBox()
        #expect(box.table.nextHop(for: v4(9)) == nil)
        box.add(Route(.ipv4(0), 0, via: v4(1)))
        box.add(Route(v4(0), 24))
        box.add(Route(v4(64), 26, via: v4(2)))
        box.add(Route(v4(64), 26, via: v4(3), metric: 5))
        #expect(box.table.nextHop(for: v4(9)) == v4(9))
        #expect(box.table.nextHop(for: v4(65)) == v4(2))
        #expect(box.table.nextHop(for: .ipv4(0x0808_0808)) == v4(1))
        #expect(box.table.nextHop(for: v6(9)) == nil, "families are apart")
        #expect(box.table.nextHop(for: .unspecified) == nil)
    }

    @Test("IPv6, a gateway by its link-local address, and IPv4 by an IPv6 gateway")
    func ipv6() {
        let box = RouteBox()
        let router = InetAddress(high: 0xFE80 << 48, low: 1)
        box.add(Route(v6(0), 64))
        box.add(Route(.unspecified, 0, via: router))
        box.add(Route(.ipv4(0), 0, via: router))
        #expect(box.table.nextHop(for: v6(7)) == v6(7))
        #expect(box.table.nextHop(for: InetAddress(high: 0x2001 << 48, low: 1)) == router)
        #expect(box.table.nextHop(for: .ipv4(0x0808_0808)) == router)
    }

    @Test("a route that rejects hides a shorter one")
    func reject() {
        let box = RouteBox()
        box.add(Route(.ipv4(0), 0, via: v4(1)))
        box.add(Route(v4(0), 24, isReject: true))
        #expect(box.table.nextHop(for: v4(9)) == nil && box.table.nextHop(for: .ipv4(1)) == v4(1))
    }

    @Test("a route to the same part with the same metric is replaced; host bits do not matter")
    func replace() {
        let box = RouteBox()
        box.add(Route(v4(0), 24, via: v4(1)))
        box.add(Route(v4(77), 24, via: v4(2)))
        #expect(box.table.count == 1 && box.table.nextHop(for: v4(9)) == v4(2))
        #expect(!box.remove(Route(v4(0), 24, metric: 1)) && !box.remove(Route(v4(0), 25)))
        #expect(box.remove(Route(v4(5), 24)) && box.table.count == 0 && box.table.nextHop(for: v4(9)) == nil)
    }

    @Test("a full table and a prefix too long are refused and counted")
    func refused() {
        let box = RouteBox(capacity: 4)
        for host: UInt32 in 0..<4 { #expect(box.add(Route(v4(host), 32))) }
        #expect(!box.add(Route(v4(9), 32)) && !box.add(Route(v4(0), 33)) && !box.add(Route(v6(0), 129)))
        #expect(box.table.refused == 3 && box.add(Route(v4(3), 32, via: v4(1))))
        box.table.removeAll()
        #expect(box.table.count == 0 && box.add(Route(v4(9), 32)))
    }

    @Test("10,000 look-ups in random tables agree with a search bit by bit")
    func bruteForce() {
        for _ in 0..<100 {
            let box = RouteBox(capacity: 16)
            var routes: [(bits: UInt32, length: Int, gateway: UInt32)] = []
            for gateway: UInt32 in 1...12 {
                let length = Int.random(in: 0...6)
                let bits = UInt32.random(in: 0..<64) << 26
                let mask = length == 0 ? 0 : UInt32.max << UInt32(32 - length)
                routes.removeAll { $0.length == length && $0.bits & mask == bits & mask }
                routes.append((bits & mask, length, gateway))
                box.add(Route(.ipv4(bits), UInt8(length), via: v4(gateway)))
            }
            for _ in 0..<100 {
                let bits = UInt32.random(in: 1..<64) << 26 | 1
                let covering = routes.filter {
                    $0.length == 0 || bits >> (32 - $0.length) == $0.bits >> (32 - $0.length)
                }
                let best = covering.max { $0.length < $1.length }
                #expect(box.table.nextHop(for: .ipv4(bits)) == best.map { v4($0.gateway) })
            }
        }
    }
}
