import Foundation
import SwitchConfig

/// The repository's own files, and the reading of a text.
enum Sample {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Knows any secret.
    static let secrets = SecretSource(file: { "from \($0)\n" }, environment: { "from $\($0)" })

    static func read(_ text: String, secrets: SecretSource = .none) throws(ConfigProblems) -> Configuration {
        try Configuration(text: text, file: "tandem.yaml", secrets: secrets)
    }

    /// The problems of a text as `line: key: message`; empty if there is none.
    static func problems(_ text: String, secrets: SecretSource = .none) -> [String] {
        do {
            _ = try read(text, secrets: secrets)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }
}
