import InetStack
import InetWire
import Octets
import PacketDemux

/// Why a frame went where it went, in a word for reports.
struct FrameReason {
    let text: String

    init(_ verdict: FrameVerdict, _ frame: InetFrame, _ octets: OctetBuffer, _ identity: InterfaceIdentity) {
        switch verdict {
        case .realTime: text = "reserved_port"
        case .both: text = Self.lesson(frame, octets)
        case .general: text = Self.general(frame, octets, identity)
        case .dropped(let reason): text = Self.words("\(reason)")
        }
    }

    /// ICMPv6 errors have types below 128.
    private static func lesson(_ frame: InetFrame, _ octets: OctetBuffer) -> String {
        if frame.etherType == .arp { return "arp_reply" }
        let isLesson = frame.payloadProtocol == .icmpv6 && octets.octet(at: frame.transportOffset) >= 128
        return isLesson ? "neighbor_advertisement" : "icmp_error"
    }

    private static func general(_ frame: InetFrame, _ octets: OctetBuffer, _ identity: InterfaceIdentity) -> String {
        if let problem = frame.problem { return words("\(problem)") }
        guard identity.isInVLAN(outer: frame.outerTag, inner: frame.innerTag) else { return "other_vlan" }
        if let arp = frame.arp(of: octets) { return arp.isReply ? "arp_reply" : "arp_request" }
        guard frame.ipVersion != 0 else { return "other_protocol" }
        if frame.isBroadcast { return "broadcast" }
        if frame.isMulticast { return "multicast" }
        if frame.isFragment { return "fragment" }
        if frame.hasOptions { return "options" }
        if frame.payloadProtocol == .tcp { return "tcp" }
        if frame.payloadProtocol == .icmp || frame.payloadProtocol == .icmpv6 { return "icmp" }
        guard frame.payloadProtocol == .udp else { return "other_protocol" }
        return identity.has(frame.destination) ? "free_port" : "other_address"
    }

    /// "udpChecksum" as "udp_checksum".
    static func words(_ name: String) -> String {
        var text = ""
        var mayBreak = false
        for letter in name {
            if letter.isUppercase, mayBreak { text += "_" }
            text += letter.lowercased()
            mayBreak = !letter.isUppercase
        }
        return text
    }
}
