import Yams

/// Collects what is wrong, and which keys were looked for, while the sections of one file are read.
final class ConfigReader {
    private(set) var problems: [ConfigProblem] = []
    /// Every key that any section asked for, as `trunks[].name`.
    private(set) var knownKeys: Set<String> = []
    let secrets: SecretSource

    init(secrets: SecretSource) { self.secrets = secrets }

    func report(_ message: String, at line: Int, path: String) {
        problems.append(ConfigProblem(line: line, path: path, message: message))
    }

    func noteKey(_ path: String) { knownKeys.insert(path) }

    /// Reads the text into its top section; nil, with the problem noted, when it is no YAML mapping.
    func open(_ text: String) -> ConfigSection? {
        do {
            guard let root = try Yams.compose(yaml: text) else { return ConfigSection.empty(reader: self) }
            if root.isEmptyScalar { return ConfigSection.empty(reader: self) }
            return ConfigSection(node: root, path: "", pattern: "", reader: self)
        } catch let problem as YamlError {
            report(problem.sentence, at: problem.line, path: "")
        } catch {
            report("The file cannot be read as YAML.", at: 1, path: "")
        }
        return nil
    }
}

extension Node {
    var line: Int { mark?.line ?? 1 }

    /// Nothing after the colon, `~` or `null`.
    var isEmptyScalar: Bool {
        guard let scalar else { return false }
        return scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
    }

    /// What a person calls this kind of node.
    var kind: String {
        switch self {
        case .scalar(let scalar): "\"\(scalar.string)\""
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}

extension YamlError {
    fileprivate var line: Int {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: 1
        }
    }

    fileprivate var sentence: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
            "This is not YAML: \(problem)."
        case .duplicatedKeysInMapping(let keys, _):
            "The same key stands twice: \(keys.map(String.init(describing:)).sorted().joined(separator: ", "))."
        default: "The file cannot be read as YAML."
        }
    }
}
