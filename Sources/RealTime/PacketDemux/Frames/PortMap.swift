import Rings

/// Which UDP port numbers are reserved for the real-time plane, and which place of the pool each belongs to.
///
/// Pairs stand at an even number and the next one. A copy of the value is the same map. Owner: the media thread. Laid
/// out in Setup/.
package struct PortMap: Sendable {
    /// Pairs of port numbers that there are.
    static var pairs: Int { @_noAllocation @_noLocks get { 32_768 } }

    /// The port numbers.
    package let set: PortSet
    /// By half the port number: the place of the pair plus one, 0 = not reserved.
    let places: SlotArray<UInt16>
    /// By place: the even port number, 0 = none.
    let numbers: SlotArray<UInt16>

    @_noAllocation @_noLocks
    init(set: PortSet, places: SlotArray<UInt16>, numbers: SlotArray<UInt16>) {
        self.set = set
        self.places = places
        self.numbers = numbers
    }

    /// Reserves an even port number and the next one for a place of the pool. RT safe, O(1).
    @_noAllocation @_noLocks
    package func reserve(_ number: UInt16, for pair: UInt16) {
        guard Int(pair) < numbers.count else { return }
        release(pair)
        places[Int(number &>> 1)] = pair &+ 1
        numbers[Int(pair)] = number & 0xFFFE
        set.insert(number & 0xFFFE)
        set.insert(number | 1)
    }

    /// Gives the ports of a place back. RT safe, O(1).
    @_noAllocation @_noLocks
    package func release(_ pair: UInt16) {
        guard Int(pair) < numbers.count, numbers[Int(pair)] != 0 else { return }
        places[Int(numbers[Int(pair)] &>> 1)] = 0
        set.remove(numbers[Int(pair)])
        set.remove(numbers[Int(pair)] | 1)
        numbers[Int(pair)] = 0
    }

    /// The place and channel of a port number; nil if it is not reserved. RT safe, O(1).
    @_noAllocation @_noLocks
    package func port(_ number: UInt16) -> LocalPort? {
        let place = places[Int(number &>> 1)]
        guard place != 0 else { return nil }
        return LocalPort(pair: place &- 1, channel: number & 1 == 0 ? .rtp : .rtcp)
    }

    /// The number of a port; nil if its place has none. RT safe, O(1).
    @_noAllocation @_noLocks
    package func number(of port: LocalPort) -> UInt16? {
        guard Int(port.pair) < numbers.count, numbers[Int(port.pair)] != 0 else { return nil }
        return numbers[Int(port.pair)] | UInt16(truncatingIfNeeded: port.channel.step)
    }
}
