import Foundation

/// Frames that the Linux kernel sent over a pair of virtual Ethernet devices, and a few made of them by hand (VLAN
/// tags, a router's advertisement, an announcement, an LLC frame). They are the fuzzer's seeds too.
enum Frames {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fuzz/Corpus")

    /// Names of the seeds of a fuzz target, sorted.
    static func names(of target: String) -> [String] {
        let files = try? FileManager.default.contentsOfDirectory(
            atPath: folder.appending(path: target).path(percentEncoded: false))
        return (files ?? []).sorted()
    }

    /// The octets of one seed; empty if there is none of that name.
    static func seed(_ name: String, of target: String) -> [UInt8] {
        let data = try? Data(contentsOf: folder.appending(path: target).appending(path: name))
        return data.map { [UInt8]($0) } ?? []
    }

    static func frame(_ name: String) -> [UInt8] { seed(name, of: "inet-frame") }
    static var all: [(name: String, octets: [UInt8])] { names(of: "inet-frame").map { ($0, frame($0)) } }
}
