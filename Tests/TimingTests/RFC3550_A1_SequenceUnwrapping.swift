import Testing
import Timing

@Suite("RFC 3550 A.1 extended sequence numbers")
struct RFC3550_A1_SequenceUnwrapping {
    @Test("the first number starts one cycle up, and nothing was seen before it")
    func start() {
        var unwrapper = SequenceUnwrapper()
        #expect(unwrapper.highest == nil)
        #expect(unwrapper.extend(5) == 65_541)
        #expect(unwrapper.highest == 65_541)
    }

    @Test("numbers go on across the wrap")
    func wrap() {
        var unwrapper = SequenceUnwrapper()
        #expect(unwrapper.extend(65_534) == 131_070)
        #expect(unwrapper.extend(65_535) == 131_071)
        #expect(unwrapper.extend(0) == 131_072)
        #expect(unwrapper.extend(1) == 131_073)
    }

    @Test("a late number from before the wrap keeps its place and does not move the highest")
    func lateAcrossWrap() {
        var unwrapper = SequenceUnwrapper()
        _ = unwrapper.extend(65_535)
        #expect(unwrapper.extend(1) == 131_073)
        #expect(unwrapper.extend(0) == 131_072)
        #expect(unwrapper.extend(65_534) == 131_070)
        #expect(unwrapper.highest == 131_073)
    }

    @Test("reordering before the very first number stays above zero")
    func reorderedStart() {
        var unwrapper = SequenceUnwrapper()
        #expect(unwrapper.extend(0) == 65_536)
        #expect(unwrapper.extend(65_535) == 65_535)
    }

    @Test("32,767 ahead is forward, 32,768 away is late")
    func halfWay() {
        var unwrapper = SequenceUnwrapper()
        _ = unwrapper.extend(0)
        #expect(unwrapper.peek(32_767) == 98_303)
        #expect(unwrapper.peek(32_768) == 32_768)
    }

    @Test("peeking remembers nothing")
    func peek() {
        var unwrapper = SequenceUnwrapper()
        #expect(unwrapper.peek(7) == 65_543)
        #expect(unwrapper.highest == nil)
        _ = unwrapper.extend(7)
        #expect(unwrapper.peek(20) == 65_556)
        #expect(unwrapper.highest == 65_543)
    }

    @Test("a million numbers in order count up by one each")
    func longRun() {
        var unwrapper = SequenceUnwrapper()
        var expected: UInt64 = 65_536 + 40_000
        for step in 0..<1_000_000 {
            guard unwrapper.extend(UInt16(truncatingIfNeeded: 40_000 + step)) == expected else {
                Issue.record("number \(step) was extended wrongly")
                return
            }
            expected += 1
        }
    }
}
