import InetStack
import InetWire
import Octets
import Testing

@Suite("Interface identity")
struct InterfaceIdentityTests {
    @Test("an address that we lack is nobody's, not ours")
    func addresses() {
        let bare = InterfaceIdentity(link: mac(1))
        #expect(!bare.has(.unspecified) && !bare.has(.ipv4(0)))
        #expect(identity().has(v4(1)) && identity().has(v6(1)) && !identity().has(v4(2)))
        #expect(identity().has(InetAddress(high: 0xFE80 << 48, low: 10)))
    }

    @Test("source addresses by scope")
    func sources() {
        var own = identity()
        let near = InetAddress(high: 0xFE80 << 48, low: 99)
        let group = InetAddress(high: 0xFF02 << 48, low: 1)
        #expect(own.source(for: near) == own.ipv6LinkLocal && own.source(for: group) == own.ipv6LinkLocal)
        #expect(own.source(for: v6(9)) == v6(1) && own.source(for: v4(9)) == v4(1))
        own.ipv6LinkLocal = .unspecified
        #expect(own.source(for: near) == v6(1))
        own.ipv6 = .unspecified
        #expect(own.source(for: near) == nil && own.source(for: v6(9)) == nil)
        own.ipv6LinkLocal = near
        #expect(own.source(for: v6(9)) == near)
    }

    @Test("frames of our VLAN: tagged as we are, or with a priority alone")
    func vlans() {
        var own = identity()
        let priority = VLANTag(id: 0, priority: 6)
        #expect(own.isInVLAN(outer: nil, inner: nil) && own.isInVLAN(outer: priority, inner: nil))
        #expect(!own.isInVLAN(outer: VLANTag(id: 7), inner: nil) && !own.isInVLAN(outer: priority, inner: priority))
        #expect(!own.isInVLAN(outer: VLANTag(id: 0, isService: true), inner: nil))
        own.vlan = VLANTag(id: 7, priority: 5)
        #expect(own.isInVLAN(outer: VLANTag(id: 7), inner: nil) && !own.isInVLAN(outer: nil, inner: nil))
        #expect(!own.isInVLAN(outer: VLANTag(id: 8), inner: nil))
        #expect(!own.isInVLAN(outer: VLANTag(id: 7, isService: true), inner: nil))
        #expect(!own.isInVLAN(outer: VLANTag(id: 7), inner: VLANTag(id: 7)))
    }
}
