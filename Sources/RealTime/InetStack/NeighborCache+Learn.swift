package import InetWire
package import Octets
import Rings
package import Timing

extension NeighborCache {
    /// Takes what a station says of an address. RFC 4861 §7.2.5 without routers; ARP follows the same rules.
    /// RT safe, at most `window` places.
    ///
    /// An address that nobody asked for makes no entry: strangers can't fill the cache.
    /// - Parameters:
    ///   - link: nil in an advertisement without the address option.
    ///   - isSolicited: it answers a question, so that the way there and back works.
    ///   - isOverride: it may replace a MAC address that is known already.
    /// - Returns: whether the address has a MAC address now that it did not have before: what waits can go.
    @discardableResult
    @_noAllocation @_noLocks
    package mutating func learn(
        _ address: InetAddress, _ link: MACAddress?, isSolicited: Bool, isOverride: Bool, at now: MonotonicInstant
    ) -> Bool {
        guard let place = place(of: address), !(slots[place].state == .permanent) else { return ignore() }
        if let link, !link.isStation { return ignore() }
        if slots[place].state == .incomplete {
            guard let link else { return ignore() }
            settle(place, link, isSolicited ? .reachable : .stale, at: now)
            return true
        }
        let isChange = link.map { !($0 == slots[place].link) } ?? false
        guard isOverride || !isChange else {
            if slots[place].state == .reachable { slots[place].state = .stale }
            return ignore()
        }
        if isSolicited {
            settle(place, link ?? slots[place].link, .reachable, at: now)
        } else if isChange, let link {
            settle(place, link, .stale, at: now)
        } else {
            counters.learnt &+= 1
        }
        return isChange
    }

    /// Takes an ARP packet: a reply confirms, an announcement replaces. RT safe, at most `window` places.
    ///
    /// Requests teach nothing here: the kernel learns of them, and its table is mirrored.
    @discardableResult
    @_noAllocation @_noLocks
    package mutating func learn(from arp: ARPView, at now: MonotonicInstant) -> Bool {
        let purpose = arp.purpose
        guard purpose == .reply || purpose == .gratuitous else { return false }
        return learn(arp.sender, arp.senderLink, isSolicited: purpose == .reply, isOverride: true, at: now)
    }

    /// Takes a neighbour advertisement that may be taken. RT safe, at most `window` places.
    @discardableResult
    @_noAllocation @_noLocks
    package mutating func learn(from advertisement: NeighborAdvertisement, at now: MonotonicInstant) -> Bool {
        learn(
            advertisement.target, advertisement.targetLink, isSolicited: advertisement.isSolicited,
            isOverride: advertisement.isOverride, at: now)
    }

    /// Takes whatever a frame says of neighbours, after the checks of RFC 4861 §7.1.2. RT safe: one pass over the
    /// message and its options, at most `window` places.
    /// - Parameters:
    ///   - frame: the walk over `octets`.
    ///   - checksum: what is known of the frame's transport checksum.
    @discardableResult
    @_noAllocation @_noLocks
    package mutating func learn(
        from frame: InetFrame, _ octets: OctetBuffer, checksum: ChecksumState, at now: MonotonicInstant
    ) -> Bool {
        if let arp = frame.arp(of: octets) { return learn(from: arp, at: now) }
        guard case .none = frame.problem, frame.ipVersion == 6, frame.payloadProtocol == .icmpv6, !frame.isFragment
        else { return false }
        let message = frame.transport(of: octets)
        guard message.count >= ICMPv6View.headerCount, message.octet(at: 0) == 136 else { return false }
        if checksum.mustVerify,
            let _ = ICMPv6View.problem(in: message, source: frame.source, destination: frame.destination)
        {
            return ignore()
        }
        let view = ICMPv6View(message)
        guard
            case .none = NeighborAdvertisement.problem(
                in: view, destination: frame.destination, hopLimit: frame.hopLimit)
        else { return ignore() }
        return learn(from: NeighborAdvertisement(view), at: now)
    }

    /// Takes what the kernel says of a neighbour of its own, and makes an entry if there is room.
    /// RT safe, at most twice `window` places.
    ///
    /// `.gone` ends a permanent entry; any other is ours to keep, as long as answers come.
    /// - Returns: as for `learn`.
    @discardableResult
    @_noAllocation @_noLocks
    package mutating func mirror(
        _ address: InetAddress, _ link: MACAddress, _ state: MirroredState, at now: MonotonicInstant
    ) -> Bool {
        let known = place(of: address)
        if state == .gone {
            guard let known, slots[known].state == .permanent else { return false }
            slots[known] = Neighbor()
            return false
        }
        guard link.isStation, Self.canHave(address) else { return ignore() }
        guard let place = known ?? insert(address, at: now) else { return false }
        let isChange = slots[place].state == .incomplete || !(slots[place].link == link)
        switch state {
        case .reachable: settle(place, link, .reachable, at: now)
        case .permanent: settle(place, link, .permanent, at: now)
        case .stale:
            // What we confirmed ourselves is newer than what the kernel has not used for a while.
            if isChange || slots[place].state == .permanent { settle(place, link, .stale, at: now) }
        case .gone: break
        }
        return isChange
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private mutating func settle(
        _ place: Int, _ link: MACAddress, _ state: NeighborState, at now: MonotonicInstant
    ) {
        slots[place].link = link
        slots[place].state = state
        slots[place].since = now
        slots[place].asked = 0
        counters.learnt &+= 1
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private mutating func ignore() -> Bool {
        counters.ignored &+= 1
        return false
    }
}
