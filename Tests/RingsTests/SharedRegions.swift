import CLinux
import Rings
import Testing

@Suite("Shared region")
struct SharedRegions {
    @Test("parts are carved in order, aligned, and the same on both sides")
    func carving() throws {
        let region = try SharedRegion.create(name: "tandem-test", byteCount: 20_000)
        let second = try SharedRegion.attach(descriptor: clinux_duplicate(region.descriptor), byteCount: 20_000)
        for side in [region, second] {
            #expect(side.carve(byteCount: 100) == 0)
            #expect(side.carve(byteCount: 1, alignment: 8) == 104)
            #expect(side.carve(byteCount: 300) == 128)
            #expect(side.carved == 428)
        }
        #expect(region.byteCount == SharedRegion.wholePages(20_000))
        #expect(region.byteCount >= 20_000)
    }

    @Test("what one mapping writes the other one reads, through a ring")
    func sharing() throws {
        let count = SPSCRing<UInt64>.byteCount(capacity: 16)
        let region = try SharedRegion.create(name: "tandem-test", byteCount: count)
        let second = try SharedRegion.attach(descriptor: clinux_duplicate(region.descriptor), byteCount: count)
        let here = region.pointer(at: region.carve(byteCount: count), byteCount: count)
        let there = second.pointer(at: second.carve(byteCount: count), byteCount: count)
        #expect(here != there)
        let producer = SPSCRing<UInt64>(at: here, capacity: 16, initialize: true)
        let consumer = SPSCRing<UInt64>(at: there, capacity: 16, initialize: false)
        #expect(producer.push(77))
        #expect(consumer.pop() == 77)
        #expect(producer.isEmpty)
    }

    @Test("fresh memory is zero, prefaulting keeps what is there")
    func prefault() throws {
        let region = try SharedRegion.create(name: "tandem-test", byteCount: 10_000)
        let start = region.pointer(at: 0, byteCount: region.byteCount)
        let octets = UnsafeRawBufferPointer(start: start, count: region.byteCount)
        #expect(octets.allSatisfy { $0 == 0 })
        start.storeBytes(of: 0xABCD, as: UInt16.self)
        #expect(region.prefault() == 0)
        #expect(start.load(as: UInt16.self) == 0xABCD)
    }

    @Test("a region cannot be made smaller or larger under its users")
    func sealed() throws {
        let region = try SharedRegion.create(name: "tandem-test", byteCount: 4_096)
        #expect(clinux_file_size(region.descriptor) == Int64(region.byteCount))
        #expect(throws: RegionProblem.tooSmall(region.byteCount)) {
            _ = try SharedRegion.attach(
                descriptor: clinux_duplicate(region.descriptor), byteCount: region.byteCount + 1)
        }
    }

    @Test("a descriptor that is no memory file is a problem with a sentence, not a crash")
    func wrongDescriptor() {
        #expect(throws: RegionProblem.tooSmall(0)) {
            _ = try SharedRegion.attach(descriptor: -1, byteCount: 4_096)
        }
        #expect(!RegionProblem.tooSmall(0).sentence.isEmpty)
    }

    @Test("an impossible size is refused")
    func tooLarge() {
        #expect(throws: RegionProblem.reserve(CLINUX_ENOMEM)) {
            _ = try SharedRegion.create(name: "tandem-test", byteCount: 1 << 60)
        }
    }

    @Test("carving beyond the end traps")
    func overcarving() async {
        await #expect(processExitsWith: .failure) {
            let region = try SharedRegion.create(name: "tandem-test", byteCount: 4_096)
            _ = region.carve(byteCount: 4_096)
            _ = region.carve(byteCount: 1)
        }
    }

    @Test("a closed region gives no address")
    func closed() async {
        await #expect(processExitsWith: .failure) {
            let region = try SharedRegion.create(name: "tandem-test", byteCount: 4_096)
            region.close()
            region.close()
            _ = region.pointer(at: 0, byteCount: 1)
        }
    }

    @Test("locking says what it locked, or which limit refused it")
    func locking() throws {
        let region = try SharedRegion.create(name: "tandem-test", byteCount: 16_384)
        let lock = region.lock()
        switch lock {
        case .locked(let byteCount): #expect(byteCount == region.byteCount)
        case .overLimit(let needed, let limit):
            #expect(needed == region.byteCount)
            #expect(limit == clinux_limit_memlock())
        case .refused(let number): Issue.record("the kernel refused with errno \(number)")
        }
        #expect(lock.isLocked || lock.sentence.contains("RLIMIT_MEMLOCK"))
    }
}
