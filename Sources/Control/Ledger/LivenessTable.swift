package import Billing
import Octets
package import Timing

/// The last signs of life of one call.
package struct LivenessStamp: Hashable, Sendable {
    /// Last packet from and to the caller's side, then the called side; zero for none.
    package var callerIn = WallInstant(microseconds: 0)
    package var callerOut = WallInstant(microseconds: 0)
    package var calleeIn = WallInstant(microseconds: 0)
    package var calleeOut = WallInstant(microseconds: 0)
    /// The last proof other than a packet: hold, or a 200 to an in-dialog request.
    package var proof = WallInstant(microseconds: 0)

    package init() {}
}

/// A place in the liveness file.
package struct LivenessSlot: Hashable, Sendable {
    let index: Int
}

/// The liveness file: one slot a call, in memory that outlives the process.
///
/// The control plane stamps each running call every 250 ms; after `kill -9` the next start reads from it when each
/// call was last heard. Owner: the call control's thread; a copy would hand out the same slots again.
package struct LivenessTable: Sendable {
    private let file: MappedFile
    private var free: [Int]

    init(file: MappedFile, bootID: Int64, slots: Int) {
        self.file = file
        file.octets.fill(0, from: 0, count: file.octets.count)
        file.octets.set(uint64: LivenessLayout.magic, at: 0)
        file.octets.set(uint64: UInt64(bitPattern: bootID), at: 8)
        file.octets.set(uint64: UInt64(slots), at: 16)
        free = Array((0..<slots).reversed())
    }

    /// Takes a slot for a call; nil when all are taken, and then the call's end is only known to the last interim.
    package mutating func claim(caller: UUIDv7, callee: UUIDv7?) -> LivenessSlot? {
        guard let index = free.popLast() else { return nil }
        let slot = LivenessSlot(index: index)
        stamp(slot, LivenessStamp())
        write(caller, at: LivenessLayout.offset(index))
        setCallee(callee, of: slot)
        return slot
    }

    /// The answered leg, once it is known, or the next one after a transfer.
    package func setCallee(_ id: UUIDv7?, of slot: LivenessSlot) {
        write(id ?? UUIDv7(high: 0, low: 0), at: LivenessLayout.offset(slot.index) + 16)
    }

    package func stamp(_ slot: LivenessSlot, _ stamp: LivenessStamp) {
        let start = LivenessLayout.offset(slot.index) + 32
        for (position, time) in LivenessLayout.times(stamp).enumerated() {
            file.octets.set(uint64: UInt64(bitPattern: time.microseconds), at: start + 8 * position)
        }
    }

    package mutating func release(_ slot: LivenessSlot) {
        file.octets.fill(0, from: LivenessLayout.offset(slot.index), count: LivenessLayout.slotOctets)
        free.append(slot.index)
    }

    private func write(_ id: UUIDv7, at offset: Int) {
        file.octets.set(uint64: id.low, at: offset + 8)
        file.octets.set(uint64: id.high, at: offset)
    }
}

/// Where things lie in the liveness file. Numbers in network order.
enum LivenessLayout {
    /// `TANDLIV1`
    static let magic: UInt64 = 0x5441_4E44_4C49_5631
    static let headerOctets = 64
    static let slotOctets = 72

    static func octets(slots: Int) -> Int { headerOctets + slots * slotOctets }

    static func offset(_ index: Int) -> Int { headerOctets + index * slotOctets }

    static func times(_ stamp: LivenessStamp) -> [WallInstant] {
        [stamp.callerIn, stamp.callerOut, stamp.calleeIn, stamp.calleeOut, stamp.proof]
    }
}

/// What an earlier run left in the liveness file: by record, when it was last heard.
struct LivenessReport {
    struct Times: Hashable {
        var lastIn: WallInstant?
        var lastOut: WallInstant?
        var proof: WallInstant?
    }

    private(set) var times: [UUIDv7: Times] = [:]

    init() {}

    /// Reads what is there; a file of another form yields nothing.
    init(reading octets: OctetBuffer) {
        guard octets.count >= LivenessLayout.headerOctets, octets.uint64(at: 0) == LivenessLayout.magic else { return }
        let slots = octets.uint64(at: 16)
        guard slots <= UInt64(octets.count), LivenessLayout.octets(slots: Int(slots)) <= octets.count else { return }
        for index in 0..<Int(slots) {
            let start = LivenessLayout.offset(index)
            let proof = Self.time(octets, start + 64)
            note(octets, start, Self.time(octets, start + 32), Self.time(octets, start + 40), proof)
            note(octets, start + 16, Self.time(octets, start + 48), Self.time(octets, start + 56), proof)
        }
    }

    private mutating func note(
        _ octets: OctetBuffer, _ start: Int, _ lastIn: WallInstant?, _ lastOut: WallInstant?, _ proof: WallInstant?
    ) {
        let id = UUIDv7(high: octets.uint64(at: start), low: octets.uint64(at: start + 8))
        guard id.high != 0 else { return }
        times[id] = Times(lastIn: lastIn, lastOut: lastOut, proof: proof)
    }

    private static func time(_ octets: OctetBuffer, _ offset: Int) -> WallInstant? {
        let value = Int64(bitPattern: octets.uint64(at: offset))
        return value > 0 ? WallInstant(microseconds: value) : nil
    }
}
