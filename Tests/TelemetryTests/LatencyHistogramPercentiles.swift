import Telemetry
import Testing

@Suite("Latency histogram")
struct LatencyHistogramPercentiles {
    @Test("an empty one knows no percentile and no mean")
    func empty() {
        let histogram = LatencyHistogram()
        #expect(histogram.percentile(permille: 500) == nil)
        #expect(histogram.mean == nil)
        #expect(histogram.count == 0)
    }

    @Test("one value is every percentile")
    func single() {
        var histogram = LatencyHistogram()
        histogram.record(1_234_567)
        for permille in [0, 1, 500, 999, 1_000] {
            #expect(histogram.percentile(permille: permille) == 1_234_567)
        }
        #expect(histogram.mean == 1_234_567)
        #expect(histogram.shortest == 1_234_567 && histogram.longest == 1_234_567)
    }

    @Test("values below 64 ns are exact")
    func exact() {
        var histogram = LatencyHistogram()
        for value in 1...60 { histogram.record(UInt64(value)) }
        #expect(histogram.percentile(permille: 500) == 30)
        #expect(histogram.percentile(permille: 1_000) == 60)
        #expect(histogram.percentile(permille: 0) == 1)
    }

    @Test(
        "percentiles of 1 to 100,000 microseconds lie within 1/32 above the truth",
        arguments: [1, 10, 250, 500, 900, 990, 999, 1_000])
    func uniform(permille: Int) throws {
        var histogram = LatencyHistogram()
        for value in 1...100_000 { histogram.record(UInt64(value) * 1_000) }
        let truth = Double(permille) * 100 * 1_000
        let found = Double(try #require(histogram.percentile(permille: permille)))
        #expect(found >= truth)
        #expect(found <= truth * (1 + 1.0 / 32))
    }

    @Test("one outlier in a thousand shows at p99.9 exclusively above it")
    func outlier() throws {
        var histogram = LatencyHistogram()
        for _ in 0..<999 { histogram.record(1_000) }
        histogram.record(9_000_000)
        #expect(try #require(histogram.percentile(permille: 999)) < 1_100)
        #expect(histogram.percentile(permille: 1_000) == 9_000_000)
        #expect(histogram.longest == 9_000_000)
    }

    @Test("times beyond 68 s fall into the last bucket and keep the longest")
    func overflow() {
        var histogram = LatencyHistogram()
        histogram.record(.max)
        histogram.record(1 << 36)
        #expect(histogram.count == 2)
        #expect(histogram.longest == .max)
        #expect(histogram.percentile(permille: 500) == 68_719_476_735)
    }

    @Test("merging equals recording everything in one")
    func merge() {
        var left = LatencyHistogram()
        var right = LatencyHistogram()
        var both = LatencyHistogram()
        for value in stride(from: 7 as UInt64, to: 3_000_000, by: 997) {
            if value % 2 == 0 { left.record(value) } else { right.record(value) }
            both.record(value)
        }
        left.merge(right)
        for permille in [1, 100, 500, 990, 1_000] {
            #expect(left.percentile(permille: permille) == both.percentile(permille: permille))
        }
        #expect(left.count == both.count && left.total == both.total)
        #expect(left.shortest == both.shortest && left.longest == both.longest)
    }
}

@Suite("Counters")
struct Counters {
    @Test("a difference is right across the wrap")
    func wrap() {
        let before = Counter(.max - 1)
        var after = before
        after.increment()
        after.add(4)
        #expect(after.value == 3)
        #expect(after.since(before) == 5)
    }

    @Test("each drop reason has its own counter")
    func dropReasons() {
        var counters = DropCounters()
        for (index, reason) in DropReason.allCases.enumerated() { counters.count(reason, UInt64(index + 1)) }
        for (index, reason) in DropReason.allCases.enumerated() { #expect(counters[reason] == UInt64(index + 1)) }
        let number = UInt64(DropReason.allCases.count)
        #expect(DropReason.count == DropReason.allCases.count)
        #expect(counters.total == number * (number + 1) / 2)
    }
}
