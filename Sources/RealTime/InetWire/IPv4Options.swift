package import Octets

/// One option of an IPv4 header. RFC 791 §3.1.
package struct IPv4Option: Sendable, BitwiseCopyable {
    /// Copied flag, class and number in one octet.
    package let type: UInt8
    /// What follows type and length; empty for an option of one octet.
    package let data: OctetBuffer

    /// Loose (131) or strict (137) source and record route. RT safe.
    package var isSourceRoute: Bool { @_noAllocation @_noLocks get { type == 131 || type == 137 } }
}

/// Steps through the options of one IPv4 header; fillings are stepped over. RFC 791 §3.1.
package struct IPv4OptionWalker: Sendable {
    private let options: OctetBuffer
    private var offset = 0
    /// An option of less than two octets, or one that ends beyond the header, was met: the walk ended there.
    package private(set) var isMalformed = false

    /// RT safe.
    /// - Parameter options: `IPv4View.options`, at most 40 octets: the bound of the walk.
    @_noAllocation @_noLocks
    package init(_ options: OctetBuffer) { self.options = options }

    /// The next option, nil at the end. RT safe, at most as many steps as there are octets.
    @_noAllocation @_noLocks
    package mutating func next() -> IPv4Option? {
        while offset < options.count, options.octet(at: offset) == 1 { offset &+= 1 }
        guard offset < options.count, options.octet(at: offset) != 0 else { return nil }
        let length = offset &+ 1 < options.count ? Int(options.octet(at: offset &+ 1)) : 0
        guard length >= 2, options.contains(length, at: offset) else {
            isMalformed = true
            offset = options.count
            return nil
        }
        defer { offset &+= length }
        return IPv4Option(
            type: options.octet(at: offset), data: options.slice(from: offset &+ 2, count: length &- 2))
    }
}
