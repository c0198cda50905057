import Foundation
import InetWire
import Octets
import PacketDemux
import Testing
import Timing

@testable import PacketIO

/// A folder for one test's files.
struct Folder: ~Copyable {
    let url = FileManager.default.temporaryDirectory.appending(path: "capture-\(UUID())")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }

    func write(_ octets: [UInt8], _ name: String) throws -> String {
        try Data(octets).write(to: url.appending(path: name))
        return path(name)
    }
}

/// The fuzzer's frames, which the kernel sent over a pair of virtual Ethernet devices.
enum KernelFrames {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzz/Corpus/inet-frame")

    static let all: [[UInt8]] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
        return names.sorted().map(named)
    }()

    static func named(_ name: String) -> [UInt8] {
        (try? Data(contentsOf: folder.appending(path: name))).map { [UInt8]($0) } ?? []
    }
}

/// Gives `body` a window on a copy of `octets`.
func withWindow<Result>(_ octets: [UInt8], _ body: (OctetBuffer) throws -> Result) rethrows -> Result {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, octets.count), alignment: 64)
    defer { memory.deallocate() }
    let window = OctetBuffer(start: memory, count: octets.count)
    for (offset, octet) in octets.enumerated() { window.set(octet: octet, at: offset) }
    return try body(window)
}

/// A capture in old pcap form with one link type, of packets a second apart.
func capture(link: UInt32, _ packets: [[UInt8]]) -> [UInt8] {
    var octets: [UInt8] = []
    let number = { (value: UInt32) in (0..<4).forEach { octets.append(UInt8(value >> (8 * $0) & 255)) } }
    [0xA1B2_C3D4, 0x0004_0002, 0, 0, 65_535, link].forEach(number)
    for (index, packet) in packets.enumerated() {
        [UInt32(index + 1), 5, UInt32(packet.count), UInt32(packet.count)].forEach(number)
        octets += packet
    }
    return octets
}

@Suite("Capture files")
struct CaptureFiles {
    private func written(_ path: String) throws -> [(octets: [UInt8], time: Int64)] {
        let writer = try CaptureWriter(path: path)
        var expected: [(octets: [UInt8], time: Int64)] = []
        for (index, frame) in KernelFrames.all.enumerated() {
            let time = Int64(1_700_000_000_000_000 + index * 1_000_001)
            try withWindow(frame) { try writer.append($0, at: WallInstant(microseconds: time)) }
            expected.append((frame, time))
        }
        try writer.flush()
        #expect(writer.count == expected.count && expected.count > 30)
        return expected
    }

    @Test("what is written is read back, octet for octet and to the microsecond")
    func roundTrip() throws {
        let folder = try Folder()
        let expected = try written(folder.path("a.pcap"))
        let reader = try CaptureReader(path: folder.path("a.pcap"))
        #expect(reader.link == .ethernet)
        for (octets, time) in expected {
            let packet = try #require(try reader.next())
            #expect(packet.octets == octets && packet.originalCount == octets.count)
            #expect(packet.time.microseconds == time)
        }
        #expect(try reader.next() == nil)
    }

    @Test(
        "tshark reads it too",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/tshark"), "no tshark"))
    func tshark() throws {
        let folder = try Folder()
        let expected = try written(folder.path("a.pcap"))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/tshark")
        process.arguments =
            ["-r", folder.path("a.pcap"), "-n", "-T", "fields"]
            + ["frame.time_epoch", "frame.len", "eth.src"].flatMap { ["-e", $0] }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let rows = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .split(separator: "\n").map { $0.split(separator: "\t") }
        process.waitUntilExit()
        try #require(process.terminationStatus == 0 && rows.count == expected.count)
        for (row, frame) in zip(rows, expected) {
            let source = withWindow(frame.octets) { MACAddress($0, at: 6).description }
            #expect(
                row[0].hasPrefix("\(frame.time / 1_000_000).\(String(frame.time % 1_000_000 + 1_000_000).dropFirst())"))
            #expect(row[1] == "\(frame.octets.count)" && row[2] == source)
        }
    }

    @Test("longer than a block: written on the way, none lost")
    func long() throws {
        let folder = try Folder()
        let frame = [UInt8](repeating: 0x5A, count: 1_514)
        do {
            let writer = try CaptureWriter(path: folder.path("b.pcap"))
            for second in 0..<500 {
                try withWindow(frame) {
                    try writer.append($0, at: WallInstant(microseconds: Int64(second) * 1_000_000))
                }
            }
        }
        let reader = try CaptureReader(path: folder.path("b.pcap"))
        var count = 0
        while let packet = try reader.next() {
            #expect(packet.octets == frame && packet.time.microseconds == Int64(count) * 1_000_000)
            count += 1
        }
        #expect(count == 500, "the rest is written when the writer goes")
    }

    @Test("record headers: no room, times and lengths that do not fit")
    func recordHeaders() {
        withWindow([UInt8](repeating: 0, count: 24)) { room in
            let emit = { (time: Int64, count: Int, original: Int) in
                CaptureFormat.emitRecordHeader(
                    into: room, at: WallInstant(microseconds: time), count: count, originalCount: original)
            }
            #expect(emit(0, 1, 1) == 16 && emit(0, 1, 2) == 16 && emit(0, 2, 1) == nil && emit(-1, 1, 1) == nil)
            #expect(emit(4_294_967_296_000_000, 1, 1) == nil && emit(4_294_967_295_999_999, 1, 1) == 16)
            #expect(emit(0, -1, 1) == nil && emit(0, 262_145, 262_145) == nil && emit(0, 0, 1 << 32) == nil)
            #expect(CaptureFormat.emitFileHeader(into: room) == 24)
            #expect(CaptureFormat.emitFileHeader(into: room.prefix(23)) == nil)
        }
    }

    private func sentence(_ path: String) -> String {
        do throws(CaptureProblem) {
            let reader = try CaptureReader(path: path)
            while try reader.next() != nil {}
            return ""
        } catch {
            return error.sentence
        }
    }

    @Test("what is no capture, or a damaged one, is told in one sentence")
    func problems() throws {
        let folder = try Folder()
        let missing = sentence(folder.path("none.pcap"))
        #expect(missing.contains("none.pcap") && missing.contains("No such file"))
        #expect(try sentence(folder.write(Array("no capture at all, but text".utf8), "t")).contains("can't be read"))
        #expect(try sentence(folder.write([], "e")).contains("can't be read"))
        let whole = capture(link: 1, [[UInt8](repeating: 0, count: 60)])
        #expect(try sentence(folder.write(whole, "w")) == "")
        #expect(try sentence(folder.write(Array(whole.dropLast()), "d")).contains("is damaged"))
        #expect(try sentence(folder.write(capture(link: 195, []), "z")).contains("link type IEEE802_15_4"))
        for text in [missing, sentence(folder.path(""))] { #expect(!text.contains("\n")) }
        #expect(throws: CaptureProblem.self) { try CaptureWriter(path: folder.path("none/a.pcap")) }
    }
}
