/// A message's body: a part of the octets that were received, or octets of its own.
struct MessageBody: Sendable {
    private let octets: [UInt8]
    private let range: Range<Int>

    init(_ octets: [UInt8] = []) {
        self.octets = octets
        range = 0..<octets.count
    }

    init(of message: [UInt8], _ range: Range<Int>) {
        octets = range.isEmpty ? [] : message
        self.range = range.isEmpty ? 0..<0 : range
    }

    var count: Int { range.count }

    var slice: ArraySlice<UInt8> { octets[range] }

    /// A copy where the body is part of a message.
    var array: [UInt8] { range.count == octets.count ? octets : Array(octets[range]) }
}

extension MessageBody: Equatable {
    static func == (left: MessageBody, right: MessageBody) -> Bool { left.slice == right.slice }
}
