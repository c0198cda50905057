import Octets

/// Octets in memory of their own. It is never given back, so that a window may outlive the value.
struct Packet {
    let window: OctetBuffer

    init(_ octets: [UInt8]) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, octets.count), alignment: 1)
        window = OctetBuffer(start: memory, count: octets.count)
        for (offset, octet) in octets.enumerated() { window.set(octet: octet, at: offset) }
    }

    init(count: Int) { self.init([UInt8](repeating: 0xee, count: count)) }

    var octets: [UInt8] { octets(window) }
    func octets(_ part: OctetBuffer) -> [UInt8] { (0..<part.count).map { part.octet(at: $0) } }
}

func word(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
}
