import Foundation

/// Reads and writes capture files of Ethernet frames: pcap, format 2.4.
enum Capture {
    /// A capture from outside: in `TANDEM_TEST_DATA`, else beside the repository.
    static func outside(_ name: String) -> URL? {
        let named = ProcessInfo.processInfo.environment["TANDEM_TEST_DATA"].map { URL(fileURLWithPath: $0) }
        let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../../shared/data")
        let file = (named ?? beside).appending(path: "captures/" + name).standardized
        return FileManager.default.fileExists(atPath: file.path) ? file : nil
    }

    /// The frames of a file, whichever order its numbers have; empty for anything else than Ethernet.
    static func frames(_ file: URL) throws -> [[UInt8]] {
        let data = [UInt8](try Data(contentsOf: file))
        guard data.count >= 24 else { return [] }
        let isLittle = data[0] == 0xD4 || data[0] == 0x4D
        let number = { (offset: Int) -> Int in
            (0..<4).reduce(0) { $0 | Int(data[offset + $1]) << (isLittle ? 8 * $1 : 24 - 8 * $1) }
        }
        guard number(20) & 0xFFFF == 1 else { return [] }
        var frames: [[UInt8]] = []
        var offset = 24
        while offset + 16 <= data.count {
            let count = number(offset + 8)
            guard count >= 0, offset + 16 + count <= data.count else { break }
            frames.append(Array(data[(offset + 16)..<(offset + 16 + count)]))
            offset += 16 + count
        }
        return frames
    }

    static func write(_ frames: [[UInt8]], to file: URL) throws {
        var data: [UInt8] = []
        let number = { (value: Int) in (0..<4).forEach { data.append(UInt8(value >> (8 * $0) & 255)) } }
        [0xA1B2_C3D4, 0x0004_0002, 0, 0, 65_535, 1].forEach(number)
        for frame in frames {
            [0, 0, frame.count, frame.count].forEach(number)
            data += frame
        }
        try Data(data).write(to: file)
    }
}

/// Wireshark's dissector as a second opinion.
enum Tshark {
    static let path = ["/usr/bin/tshark", "/usr/local/bin/tshark"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// One row for each frame, one text for each field: the first occurrence, empty where there is none.
    static func fields(_ names: [String], of file: URL) throws -> [[String: String]] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path ?? "")
        let options = [
            "ip.defragment:FALSE", "ipv6.defragment:FALSE", "ip.check_checksum:TRUE", "udp.check_checksum:TRUE",
            "tcp.desegment_tcp_streams:FALSE",
        ]
        process.arguments =
            ["-r", file.path, "-n", "-T", "fields", "-E", "occurrence=f"] + options.flatMap { ["-o", $0] }
            + names.flatMap { ["-e", $0] }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().map { line in
                let values = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                return Dictionary(zip(names, values), uniquingKeysWith: { first, _ in first })
            }
    }
}
