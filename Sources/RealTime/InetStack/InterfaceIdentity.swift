package import InetWire
package import Octets

/// Who we are on one link: what both planes have in common. A plain value; a change replaces it whole.
///
/// An address that we do not have is unspecified. Owner: whoever holds the copy.
package struct InterfaceIdentity: Sendable, BitwiseCopyable {
    /// The card's MAC address, which the proxy device has too.
    package var link: MACAddress
    package var ipv4 = InetAddress.unspecified
    /// Leading bits of `ipv4` that its neighbours share, 0…32.
    package var ipv4Prefix: UInt8 = 32
    /// The address that is used beyond the link.
    package var ipv6 = InetAddress.unspecified
    /// Leading bits of `ipv6` that its neighbours share, 0…128.
    package var ipv6Prefix: UInt8 = 128
    /// The address in fe80::/10, RFC 4291 §2.5.6.
    package var ipv6LinkLocal = InetAddress.unspecified
    /// Octets of the longest IP packet.
    package var mtu: UInt16 = 1_500
    /// The VLAN that we are in; nil for none. Frames of others are not ours.
    package var vlan: VLANTag?
    /// Set up by the operator.
    package var isUp = true
    /// There is somebody at the other end of the cable.
    package var hasCarrier = true

    /// An interface that is up and has no addresses. RT safe.
    @_noAllocation @_noLocks
    package init(link: MACAddress) { self.link = link }

    /// Whether frames can be sent. RT safe.
    package var canSend: Bool { @_noAllocation @_noLocks get { isUp && hasCarrier } }

    /// Whether `address` is one of ours. RT safe.
    @_noAllocation @_noLocks
    package func has(_ address: InetAddress) -> Bool {
        if address.isUnspecified { return false }
        return address == ipv4 || address == ipv6 || address == ipv6LinkLocal
    }

    /// Our address that packets to `destination` come from; nil if we have none of its family. RT safe.
    ///
    /// Reduced from RFC 6724 §5: link-local for a link-local destination, else the other one.
    @_noAllocation @_noLocks
    package func source(for destination: InetAddress) -> InetAddress? {
        if destination.isIPv4 { return ipv4.isUnspecified ? nil : ipv4 }
        let isNear = destination.isLinkLocal || destination.high &>> 48 == 0xFF02
        if isNear, !ipv6LinkLocal.isUnspecified { return ipv6LinkLocal }
        if !ipv6.isUnspecified { return ipv6 }
        return isNear || ipv6LinkLocal.isUnspecified ? nil : ipv6LinkLocal
    }

    /// Whether a frame with these tags is in our VLAN. A tag of VLAN 0 says a priority only (802.1Q §9.6). RT safe.
    @_noAllocation @_noLocks
    package func isInVLAN(outer: VLANTag?, inner: VLANTag?) -> Bool {
        if let _ = inner { return false }
        let id = outer?.id ?? 0
        let own = vlan?.id ?? 0
        guard id == own else { return false }
        guard let outer, let vlan, id != 0 else { return outer?.isService != true }
        return outer.isService == vlan.isService
    }
}
