/// One thing that is wrong in a configuration file.
package struct ConfigProblem: Hashable, Sendable, CustomStringConvertible {
    /// 1 is the first line.
    package let line: Int
    /// `trunks[1].password`; empty where no key is meant.
    package let path: String
    package let message: String

    package init(line: Int, path: String, message: String) {
        self.line = line
        self.path = path
        self.message = message
    }

    package var description: String { path.isEmpty ? "\(line): \(message)" : "\(line): \(path): \(message)" }
}

/// Everything that is wrong in one file, in the order of its lines; never empty.
package struct ConfigProblems: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    package let problems: [ConfigProblem]

    /// One line each, `file:line: key: what is wrong`.
    package var description: String { problems.map { "\(file):\($0)" }.joined(separator: "\n") }
}
