import Octets

/// Octets in memory of their own. It is never given back, so that a window may outlive the value.
struct Memory {
    let window: OctetBuffer

    init(_ octets: [UInt8]) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, octets.count), alignment: 1)
        window = OctetBuffer(start: memory, count: octets.count)
        for (offset, octet) in octets.enumerated() { window.set(octet: octet, at: offset) }
    }
}
