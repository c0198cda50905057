import Foundation

/// The shell around `Configuration`: reads the file, the secrets beside it and the environment.
package enum ConfigurationFile {
    /// - Parameter path: the file; relative `password_file` paths count from its folder.
    /// - Throws: one problem if the file cannot be read, else all problems of its content.
    package static func load(path: String) throws(ConfigProblems) -> Configuration {
        guard let octets = FileManager.default.contents(atPath: path) else {
            let problem = ConfigProblem(line: 1, path: "", message: "The file cannot be read.")
            throw ConfigProblems(file: path, problems: [problem])
        }
        guard let text = String(data: octets, encoding: .utf8) else {
            let problem = ConfigProblem(line: 1, path: "", message: "The file is not UTF-8 text.")
            throw ConfigProblems(file: path, problems: [problem])
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        return try Configuration(text: text, file: path, secrets: secrets(beside: folder))
    }

    private static func secrets(beside folder: URL) -> SecretSource {
        SecretSource(
            file: { name in
                let url = URL(fileURLWithPath: name, relativeTo: folder)
                return FileManager.default.contents(atPath: url.path).flatMap { String(data: $0, encoding: .utf8) }
            },
            environment: { ProcessInfo.processInfo.environment[$0] })
    }
}
