import InetWire
import Octets
import Testing

@Suite("IEEE 802.1Q, RFC 894 Ethernet II")
struct IEEE802_Ethernet {
    private let here = MACAddress(bits: 0x0200_0000_000A)
    private let there = MACAddress(bits: 0x0200_0000_000B)

    @Test("a frame without tags: addresses, type, payload")
    func untagged() {
        let packet = Packet(Frames.frame("udp"))
        #expect(EthernetView.problem(in: packet.window) == nil)
        let view = EthernetView(packet.window)
        #expect(view.destination == there && view.source == here && view.etherType == .ipv4)
        #expect(view.headerCount == 14 && view.tagCount == 0 && view.tag(at: 0) == nil)
        #expect(view.payload.octet(at: 0) == 0x45)
    }

    @Test("802.1Q §9.6: one customer tag gives priority, drop eligibility and VLAN")
    func tagged() {
        let view = EthernetView(Packet(Frames.frame("vlan-udp")).window)
        let tag = view.tag(at: 0)
        #expect(tag?.id == 100 && tag?.priority == 5 && tag?.isDropEligible == true && tag?.isService == false)
        #expect(view.etherType == .ipv4 && view.headerCount == 18 && view.payload.octet(at: 0) == 0x45)
    }

    @Test("802.1ad: a service tag outside, a customer tag inside")
    func stacked() {
        let view = EthernetView(Packet(Frames.frame("vlan-stacked-udp6")).window)
        #expect(view.tagCount == 2 && view.headerCount == 22 && view.etherType == .ipv6)
        #expect(view.tag(at: 0) == VLANTag(id: 0, priority: 3, isService: true).withDrop)
        #expect(view.tag(at: 1) == VLANTag(control: 0x0FFF))
    }

    @Test("a third tag is one too many")
    func threeTags() {
        let tag = hex("8100 0001")
        let frame = Frames.frame("vlan-stacked-udp6")
        let packet = Packet(Array(frame[..<12]) + tag + Array(frame[12...]))
        #expect(EthernetView.problem(in: packet.window) == .tooManyTags)
    }

    @Test("RFC 894: a number below 0x600 is a length, and the frame another kind of Ethernet")
    func length() {
        #expect(EthernetView.problem(in: Packet(Frames.frame("llc")).window) == .notEthernetII)
    }

    @Test("a frame cut short anywhere in its header is truncated", arguments: ["udp", "vlan-udp", "vlan-stacked-udp6"])
    func truncated(name: String) {
        let whole = Frames.frame(name)
        let header = EthernetView(Packet(whole).window).headerCount
        for count in 0..<header {
            #expect(EthernetView.problem(in: Packet(Array(whole.prefix(count))).window) == .truncated, "\(count)")
        }
        #expect(EthernetView.problem(in: Packet(Array(whole.prefix(header))).window) == nil)
    }

    @Test("what is emitted is what was read", arguments: ["udp", "vlan-udp", "vlan-stacked-udp6", "arp-request"])
    func roundTrip(name: String) throws {
        let frame = Frames.frame(name)
        let header = EthernetView(Packet(frame).window).header
        let copy = Packet(count: header.count)
        #expect(header.emit(into: copy.window) == header.count)
        #expect(copy.octets == Array(frame.prefix(header.count)))
        #expect(header.emit(into: copy.window.prefix(header.count - 1)) == nil)
    }

    @Test("an inner tag alone is the outer one")
    func innerAlone() {
        let header = EthernetHeader(
            destination: here, source: there, etherType: .arp, outerTag: nil, innerTag: VLANTag(id: 7))
        #expect(header.outerTag?.id == 7 && header.innerTag == nil && header.count == 18)
    }

    @Test("MAC addresses: groups, broadcast, stations")
    func addresses() {
        #expect(MACAddress.broadcast.isGroup && MACAddress.broadcast.isBroadcast && !MACAddress.broadcast.isStation)
        #expect(here.isStation && !here.isGroup && !MACAddress.zero.isStation)
        #expect(MACAddress(bits: 0x0100_5E00_0001).isGroup && !MACAddress(bits: 0x0100_5E00_0001).isBroadcast)
        #expect(MACAddress(bits: .max).bits == 0xFFFF_FFFF_FFFF)
    }

    @Test("RFC 1112 §6.4, RFC 2464 §7: groups of IP become groups of Ethernet")
    func groups() throws {
        let v4 = try #require(InetAddress(text: "239.129.2.3"))
        let v6 = try #require(InetAddress(text: "ff02::1:ff00:2"))
        #expect(MACAddress.group(for: v4) == MACAddress(Packet(Frames.frame("udp-multicast")).window))
        #expect(MACAddress.group(for: v6) == MACAddress(Packet(Frames.frame("nd-solicitation")).window))
        #expect(MACAddress.group(for: .ipv4(0xC000_0201)) == nil)
    }

    @Test("the text form is read and written")
    func text() {
        #expect(MACAddress(text: "02:00:5e:10:Ab:01")?.description == "02:00:5e:10:ab:01")
        #expect(MACAddress(text: "02-00-5E-10-AB-01")?.bits == 0x0200_5E10_AB01)
        for wrong in ["", "02:00:5e:10:ab", "02:00:5e:10:ab:0g", "02:00-5e:10:ab:01", "02.00.5e.10.ab.01"] {
            #expect(MACAddress(text: wrong) == nil, "\(wrong)")
        }
    }
}

extension VLANTag {
    fileprivate var withDrop: VLANTag { VLANTag(control: control | 0x1000, isService: isService) }
}
