import Octets

/// Octets in memory of their own. It is never given back, so that a window may outlive the value.
struct Packet {
    let window: OctetBuffer

    init(_ octets: [UInt8]) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, octets.count), alignment: 1)
        window = OctetBuffer(start: memory, count: octets.count)
        write(octets)
    }

    init(count: Int) { self.init([UInt8](repeating: 0xEE, count: count)) }

    /// Puts `octets` at the start of the window.
    func write(_ octets: [UInt8]) {
        for (offset, octet) in octets.enumerated() { window.set(octet: octet, at: offset) }
    }

    var octets: [UInt8] { window.octets }
}

extension OctetBuffer {
    var octets: [UInt8] { (0..<count).map { octet(at: $0) } }
}

/// Reads pairs of hexadecimal digits; anything else between them is left out.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap { $0.hexDigitValue.map { UInt8($0) } }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// Steele's SplitMix64: the same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mix = state
        mix = (mix ^ mix >> 30) &* 0xBF58_476D_1CE4_E5B9
        mix = (mix ^ mix >> 27) &* 0x94D0_49BB_1331_11EB
        return mix ^ mix >> 31
    }

    /// Any number of `Value`, its ends more often than chance would have it.
    mutating func number<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value {
        switch next() % 8 {
        case 0: 0
        case 1: .max
        default: Value(truncatingIfNeeded: next())
        }
    }

    mutating func octets(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}
