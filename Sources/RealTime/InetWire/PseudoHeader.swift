package import Octets

extension InternetChecksum {
    /// Starts with the pseudo-header of `count` octets carried between two addresses of one family. RT safe, O(1).
    ///
    /// RFC 768 for IPv4, RFC 8200 §8.1 for IPv6: their sums are the same function of addresses, length and number.
    @_noAllocation @_noLocks
    package init(source: InetAddress, destination: InetAddress, carrying payload: IPProtocol, count: Int) {
        self.init()
        add(address: source)
        add(address: destination)
        add(UInt32(truncatingIfNeeded: count))
        add(UInt16(payload.number))
    }

    /// Adds an address as it stands on the wire: 4 octets or 16. RT safe, O(1).
    @_noAllocation @_noLocks
    package mutating func add(address: InetAddress) {
        if !address.isIPv4 {
            add(UInt32(truncatingIfNeeded: address.high &>> 32))
            add(UInt32(truncatingIfNeeded: address.high))
            add(UInt32(truncatingIfNeeded: address.low &>> 32))
        }
        add(UInt32(truncatingIfNeeded: address.low))
    }
}

extension InternetChecksum {
    /// The checksum after one 16-bit word of what it covers was replaced. RFC 1624 §3, equation 3. RT safe, O(1).
    ///
    /// Equal to a new sum over all octets, unless these are all zero.
    @_noAllocation @_noLocks
    package static func updated(_ checksum: UInt16, replacing old: UInt16, with new: UInt16) -> UInt16 {
        var sum = InternetChecksum()
        sum.add(~checksum)
        sum.add(~old)
        sum.add(new)
        return sum.value
    }

    /// As above for a 32-bit word at an even offset. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func updated(_ checksum: UInt16, replacing old: UInt32, with new: UInt32) -> UInt16 {
        var sum = InternetChecksum()
        sum.add(~checksum)
        sum.add(~old)
        sum.add(new)
        return sum.value
    }

    /// As above for an address of one family. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func updated(
        _ checksum: UInt16, replacing old: InetAddress, with new: InetAddress
    ) -> UInt16 {
        var sum = InternetChecksum()
        sum.add(~checksum)
        sum.add(address: old.isIPv4 ? .ipv4(~UInt32(truncatingIfNeeded: old.low)) : old.inverted)
        sum.add(address: new)
        return sum.value
    }
}

extension InetAddress {
    /// RT safe.
    fileprivate var inverted: InetAddress {
        @_noAllocation @_noLocks get { InetAddress(high: ~high, low: ~low) }
    }
}
