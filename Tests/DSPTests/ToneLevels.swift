import DSP
import Glibc
import Testing

/// A sine table in memory that lives as long as the test.
final class SineBench {
    private let memory = UnsafeMutableRawPointer.allocate(byteCount: SineTable.byteCount, alignment: 16)
    let table: SineTable

    init() { table = SineTable(at: memory) }
    deinit { memory.deallocate() }

    func seconds(_ count: Int, _ tone: inout ToneGenerator) -> [Double] {
        var samples: [Double] = []
        var block = InlineArray<80, Int16>(repeating: 0)
        for _ in 0..<count * 100 {
            tone.fill(&block, table)
            for index in 0..<80 { samples.append(Double(block[index])) }
        }
        return samples
    }
}

/// Energy of one frequency, as amplitude.
func amplitude(of samples: [Double], at hertz: Double) -> Double {
    var real = 0.0
    var imaginary = 0.0
    for (index, sample) in samples.enumerated() {
        let angle = 2 * Double.pi * hertz * Double(index) / 8000
        real += sample * cos(angle)
        imaginary += sample * sin(angle)
    }
    return 2 * (real * real + imaginary * imaginary).squareRoot() / Double(samples.count)
}

@Suite("Tones at 8 kHz")
struct ToneLevels {
    @Test("the sine is right at every step of the table and between them")
    func sine() {
        let bench = SineBench()
        for step in 0..<10_000 {
            let phase = UInt32(truncatingIfNeeded: step * 429_497)
            let wanted = sin(Double(phase) / 4_294_967_296 * 2 * Double.pi) * 32_767
            #expect(abs(Double(bench.table.value(at: phase)) - wanted) < 1.5)
        }
    }

    @Test("1004 Hz at its peak, and 90 dB cleaner than the tone elsewhere")
    func milliwattTone() {
        let bench = SineBench()
        var tone = ToneGenerator(hertz: Milliwatt.hertz, peak: Milliwatt.muLawPeak)
        let samples = bench.seconds(1, &tone)
        #expect(abs(amplitude(of: samples, at: 1004) - 22_656) < 2)
        for hertz in [300.0, 1000, 2008, 3012] { #expect(amplitude(of: samples, at: hertz) < 0.7) }
    }

    @Test("the phase runs on over block edges: no step larger than the sine's own")
    func continuity() {
        let bench = SineBench()
        var tone = ToneGenerator(hertz: 400, peak: 10_000)
        let samples = bench.seconds(1, &tone)
        let largest = zip(samples, samples.dropFirst()).map { abs($0 - $1) }.max() ?? 0
        #expect(largest < 10_000 * 2 * Double.pi * 400 / 8000 + 2)
    }

    @Test("the standard sequences repeat every eight octets")
    func sequences() {
        let mu: [UInt8] = [0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e]
        let a: [UInt8] = [0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4]
        for index in 0..<32 {
            #expect(Milliwatt.muLawOctet(at: index) == mu[index % 8])
            #expect(Milliwatt.aLawOctet(at: index) == a[index % 8])
        }
    }

    @Test("sine and sequence have the same power within 0.02 dB")
    func power() {
        // The sequences' decoded magnitudes: G.711 tables 1a and 2a.
        for (low, high, peak) in [(8_828.0, 20_860.0, Milliwatt.muLawPeak), (8_960, 20_992, Milliwatt.aLawPeak)] {
            let sequence = (low * low + high * high) / 2
            let sine = Double(peak) * Double(peak) / 2
            #expect(abs(10 * log10(sine / sequence)) < 0.02)
        }
    }
}
