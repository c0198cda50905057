import Octets
import PacketDemux

/// Gives `body` a window on a copy of `octets`.
func withMemory<Result>(_ octets: [UInt8], _ body: (OctetBuffer) throws -> Result) rethrows -> Result {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, octets.count), alignment: 64)
    defer { memory.deallocate() }
    let window = OctetBuffer(start: memory, count: octets.count)
    for (offset, octet) in octets.enumerated() { window.set(octet: octet, at: offset) }
    return try body(window)
}

/// A flow table in memory of its own.
final class TableBox {
    private let memory: UnsafeMutableRawPointer
    var table: FlowTable

    init(capacity: Int, seed: UInt64 = 7) {
        memory = .allocate(byteCount: FlowTable.byteCount(capacity: capacity), alignment: 128)
        table = FlowTable(at: memory, capacity: capacity, seed: seed)
    }

    deinit { memory.deallocate() }
}
