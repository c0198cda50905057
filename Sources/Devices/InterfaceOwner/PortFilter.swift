package import CLinux
package import Octets

/// The two classic socket filters that part the frames of a card between the planes: what one lets through of the
/// reserved ports, the other keeps out.
///
/// For the real-time plane: whole UDP datagrams without options to a reserved port at its address, ARP replies and
/// neighbour advertisements. For the general-purpose plane: everything but those datagrams.
package struct PortFilter: Equatable, Sendable {
    /// Ranges of reserved ports there is room for: jumps reach 255 steps.
    package static let rangeLimit = 48

    package var ranges: [ClosedRange<UInt16>]
    /// Unspecified = that family is not used.
    package var address4: InetAddress
    package var address6: InetAddress

    package init(ranges: [ClosedRange<UInt16>], address4: InetAddress, address6: InetAddress) {
        self.ranges = Self.joined(ranges)
        self.address4 = address4
        self.address6 = address6
    }

    /// Sorted, neighbours joined; what is more than `rangeLimit` is left out and goes the slow way.
    private static func joined(_ ranges: [ClosedRange<UInt16>]) -> [ClosedRange<UInt16>] {
        var joined: [ClosedRange<UInt16>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, Int(range.lowerBound) <= Int(last.upperBound) + 1 {
                joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return Array(joined.prefix(rangeLimit))
    }

    package var forRealTime: [clinux_filter_step] { program(media: .max, neighbor: .max, other: 0) }

    package var forGeneral: [clinux_filter_step] { program(media: 0, neighbor: .max, other: .max) }

    /// - Parameters: octets let through of reserved datagrams, of ARP replies and advertisements, of anything else.
    private func program(media: UInt32, neighbor: UInt32, other: UInt32) -> [clinux_filter_step] {
        var program = FilterProgram()
        // A tag that the card took off is told beside the frame.
        program.load(.word, at: 0xFFFF_F000 + 48)
        program.unlessEqual(0, .other)
        program.load(.half, at: 12)
        program.ifEqual(0x0800, .ipv4)
        program.ifEqual(0x86DD, .ipv6)
        program.unlessEqual(0x0806, .other)
        program.load(.half, at: 20)
        program.ifEqual(2, .neighbor)
        program.go(.other)
        addIPv4(to: &program)
        addIPv6(to: &program)
        program.mark(.ports)
        for range in ranges { program.ifBetween(range, .media) }
        program.mark(.other)
        program.finish(other)
        program.mark(.media)
        program.finish(media)
        program.mark(.neighbor)
        program.finish(neighbor)
        return program.resolved()
    }

    private func addIPv4(to program: inout FilterProgram) {
        program.mark(.ipv4)
        guard let address = address4.ipv4, address != 0 else { return program.go(.other) }
        program.load(.octet, at: 14)
        program.unlessEqual(0x45, .other)
        program.load(.octet, at: 23)
        program.unlessEqual(17, .other)
        program.load(.half, at: 20)
        program.ifAnyBit(0x3FFF, .other)
        program.load(.word, at: 30)
        program.unlessEqual(address, .other)
        program.load(.half, at: 36)
        program.go(.ports)
    }

    private func addIPv6(to program: inout FilterProgram) {
        program.mark(.ipv6)
        program.load(.octet, at: 20)
        program.ifEqual(58, .icmpv6)
        if address6.isUnspecified {
            program.go(.other)
        } else {
            program.unlessEqual(17, .other)
            for (place, word) in [address6.high >> 32, address6.high, address6.low >> 32, address6.low].enumerated() {
                program.load(.word, at: 38 + 4 * UInt32(place))
                program.unlessEqual(UInt32(truncatingIfNeeded: word), .other)
            }
            program.load(.half, at: 56)
            program.go(.ports)
        }
        program.mark(.icmpv6)
        program.load(.octet, at: 54)
        program.ifEqual(136, .neighbor)
        program.go(.other)
    }
}

/// Puts a classic filter together, with jumps to names. bpf(4).
private struct FilterProgram {
    enum Width: UInt16 {
        case word = 0x20
        case half = 0x28
        case octet = 0x30
    }

    enum Label: Hashable {
        case ipv4, ipv6, icmpv6, ports, media, neighbor, other, next(Int)
    }

    private struct Step {
        var code: UInt16
        var value: UInt32
        var ifTrue: Label?
        var ifFalse: Label?
    }

    private var steps: [Step] = []
    private var marks: [Label: Int] = [:]

    mutating func mark(_ label: Label) { marks[label] = steps.count }
    mutating func load(_ width: Width, at offset: UInt32) { steps.append(Step(code: width.rawValue, value: offset)) }
    mutating func finish(_ octets: UInt32) { steps.append(Step(code: 0x06, value: octets)) }
    mutating func ifEqual(_ value: UInt32, _ label: Label) {
        steps.append(Step(code: 0x15, value: value, ifTrue: label))
    }
    mutating func unlessEqual(_ value: UInt32, _ label: Label) {
        steps.append(Step(code: 0x15, value: value, ifFalse: label))
    }
    mutating func ifAnyBit(_ bits: UInt32, _ label: Label) {
        steps.append(Step(code: 0x45, value: bits, ifTrue: label))
    }

    /// A comparison that always holds: whatever was loaded is at least zero.
    mutating func go(_ label: Label) { steps.append(Step(code: 0x35, value: 0, ifTrue: label)) }

    mutating func ifBetween(_ range: ClosedRange<UInt16>, _ label: Label) {
        let next = Label.next(steps.count)
        steps.append(Step(code: 0x35, value: UInt32(range.lowerBound), ifFalse: next))
        steps.append(Step(code: 0x25, value: UInt32(range.upperBound), ifTrue: next, ifFalse: label))
        mark(next)
    }

    func resolved() -> [clinux_filter_step] {
        steps.enumerated().map { place, step in
            func distance(_ label: Label?) -> UInt8 {
                guard let label, let target = marks[label] else { return 0 }
                return UInt8(clamping: target - place - 1)
            }
            return clinux_filter_step(
                code: step.code, jump_true: distance(step.ifTrue), jump_false: distance(step.ifFalse),
                value: step.value)
        }
    }
}
