import Foundation
import SDP
import Testing

/// Descriptions collected elsewhere; found through TANDEM_SEEDS, or in the checkout's neighbour `shared`.
private enum Seeds {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["TANDEM_SEEDS"] {
            return URL(fileURLWithPath: path).appendingPathComponent("sdp")
        }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent("shared/data/fuzz-seeds/sdp")
    }()

    static var files: [URL] {
        let found = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return (found ?? []).sorted { $0.path < $1.path }
    }

    static var isPresent: Bool { !files.isEmpty }
}

@Suite("Collected descriptions", .enabled(if: Seeds.isPresent, "no collected SDP files beside this checkout"))
struct SeedFiles {
    @Test("each well-formed one is read, and read alike after writing it")
    func roundTrip() throws {
        var read = 0
        for file in Seeds.files {
            let octets = [UInt8](try Data(contentsOf: file))
            guard let description = try? SessionDescription(parsing: octets) else { continue }
            read += 1
            #expect(
                try SessionDescription(parsing: description.serialized()) == description, "\(file.lastPathComponent)")
        }
        #expect(read == 5)
    }

    @Test("the damaged one is refused for its m= line")
    func damaged() throws {
        let file = Seeds.folder.appendingPathComponent("input.6.sdp")
        let octets = [UInt8](try Data(contentsOf: file))
        #expect(throws: SDPProblem.media(line: 6)) { try SessionDescription(parsing: octets) }
    }

    @Test("every prefix and every single damaged octet of each is read or refused, never more")
    func mutations() throws {
        for file in Seeds.files {
            let octets = [UInt8](try Data(contentsOf: file))
            for end in octets.indices { check(Array(octets[..<end])) }
            for index in octets.indices {
                var damaged = octets
                damaged[index] ^= 0xFF
                check(damaged)
            }
        }
    }

    private func check(_ octets: [UInt8]) {
        guard let description = try? SessionDescription(parsing: octets) else { return }
        #expect((try? SessionDescription(parsing: description.serialized())) == description)
    }
}
