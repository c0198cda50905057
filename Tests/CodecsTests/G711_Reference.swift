import Codecs
import Foundation
import Octets
import Testing

/// Tables in memory that lives as long as the test.
final class TableBench {
    private let memory = UnsafeMutableRawPointer.allocate(byteCount: G711Tables.byteCount, alignment: 16)
    let tables: G711Tables

    init() { tables = G711Tables(at: memory) }
    deinit { memory.deallocate() }
}

@Suite("G.711 tables and reference kernels")
struct G711TablesEqualReference {
    @Test("encoding by table equals the reference for all 65,536 samples, both laws")
    func encoding() {
        let bench = TableBench()
        var differences = 0
        for sample in Int16.min...Int16.max {
            if bench.tables.encode(sample, by: .a) != G711.encodeALaw(sample) { differences += 1 }
            if bench.tables.encode(sample, by: .mu) != G711.encodeMuLaw(sample) { differences += 1 }
        }
        #expect(differences == 0)
    }

    @Test("decoding and conversion by table equal the reference for all octets")
    func decoding() {
        let bench = TableBench()
        let octets = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 1)
        defer { octets.deallocate() }
        let payload = OctetBuffer(start: octets, count: 256)
        for octet in UInt8.min...UInt8.max {
            #expect(bench.tables.decode(octet, by: .a) == G711.decodeALaw(octet))
            #expect(bench.tables.decode(octet, by: .mu) == G711.decodeMuLaw(octet))
            payload.set(octet: octet, at: Int(octet))
        }
        bench.tables.convert(payload, from: .mu)
        for octet in UInt8.min...UInt8.max {
            #expect(payload.octet(at: Int(octet)) == G711.encodeALaw(G711.decodeMuLaw(octet)))
            payload.set(octet: octet, at: Int(octet))
        }
        bench.tables.convert(payload, from: .a)
        for octet in UInt8.min...UInt8.max {
            #expect(payload.octet(at: Int(octet)) == G711.encodeMuLaw(G711.decodeALaw(octet)))
        }
    }

    @Test("a decoded octet encodes to itself; only µ-law's two zeroes fall together")
    func roundTrip() {
        for octet in UInt8.min...UInt8.max {
            #expect(G711.encodeALaw(G711.decodeALaw(octet)) == octet)
            #expect(G711.encodeMuLaw(G711.decodeMuLaw(octet)) == (octet == 0x7f ? 0xff : octet))
        }
    }

    @Test("odd lengths convert wholly, and nothing behind the payload changes")
    func oddLengths() {
        let bench = TableBench()
        let octets = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 1)
        defer { octets.deallocate() }
        let whole = OctetBuffer(start: octets, count: 64)
        for count in 0..<63 {
            whole.fill(0x2a, from: 0, count: 64)
            bench.tables.convert(whole.prefix(count), from: .a)
            let converted = G711.encodeMuLaw(G711.decodeALaw(0x2a))
            for index in 0..<64 { #expect(whole.octet(at: index) == (index < count ? converted : 0x2a)) }
        }
    }

    @Test("a block decodes and encodes like its samples")
    func blocks() {
        let bench = TableBench()
        let octets = UnsafeMutableRawPointer.allocate(byteCount: 80, alignment: 1)
        defer { octets.deallocate() }
        let payload = OctetBuffer(start: octets, count: 80)
        for index in 0..<80 { payload.set(octet: UInt8(index * 3), at: index) }
        var block = G711Tables.Block(repeating: 0)
        bench.tables.decode(payload, by: .a, into: &block)
        for index in 0..<80 { #expect(block[index] == G711.decodeALaw(UInt8(index * 3))) }
        bench.tables.encode(&block, by: .mu, into: payload)
        for index in 0..<80 { #expect(payload.octet(at: index) == G711.encodeMuLaw(block[index])) }
    }

    @Test("silence decodes to the smallest sample")
    func silence() {
        #expect(G711.decodeMuLaw(CompandingLaw.mu.silence) == 0)
        #expect(G711.decodeALaw(CompandingLaw.a.silence) == 8)
    }
}

/// Where the ITU-T's own sweep stands: `TANDEM_TEST_DATA`, else beside the repository.
let sweepFolder: URL? = {
    let named = ProcessInfo.processInfo.environment["TANDEM_TEST_DATA"].map { URL(fileURLWithPath: $0) }
    let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../../shared/data")
    let folder = (named ?? beside).appending(path: "g711").standardized
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
}()

@Suite("G.711 against the ITU-T software tool library's sweep")
struct G711Sweep {
    private func words(_ name: String) throws -> [Int16] {
        let data = try Data(contentsOf: #require(sweepFolder).appending(path: name))
        return (0..<data.count / 2).map {
            Int16(bitPattern: UInt16(data[2 * $0]) | UInt16(data[2 * $0 + 1]) << 8)
        }
    }

    @Test("all 65,536 samples encode and decode bit for bit", .enabled(if: sweepFolder != nil, "no test data here"))
    func bitExact() throws {
        let source = try words("sweep.src")
        let a = try words("sweep-r.a")
        let mu = try words("sweep-r.u")
        let decodedA = try words("sweep-r.a-a")
        let decodedMu = try words("sweep-r.u-u")
        try #require(source.count == 65_536)
        var differences = 0
        for (index, sample) in source.enumerated() {
            if Int16(G711.encodeALaw(sample)) != a[index] { differences += 1 }
            if Int16(G711.encodeMuLaw(sample)) != mu[index] { differences += 1 }
            if G711.decodeALaw(UInt8(truncatingIfNeeded: a[index])) != decodedA[index] { differences += 1 }
            if G711.decodeMuLaw(UInt8(truncatingIfNeeded: mu[index])) != decodedMu[index] { differences += 1 }
        }
        #expect(differences == 0)
    }
}
