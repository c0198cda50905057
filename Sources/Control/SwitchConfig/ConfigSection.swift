import Yams

/// One mapping of the file, read key by key. What nobody asked for is unknown, and `finish` says so.
final class ConfigSection {
    let reader: ConfigReader
    /// As in the file: `trunks[1]`.
    let path: String
    /// The same without numbers: `trunks[]`.
    let pattern: String
    let line: Int
    private var entries: [(key: String, keyLine: Int, value: Node)] = []
    private var asked: [String] = []

    init?(node: Node, path: String, pattern: String, reader: ConfigReader) {
        self.reader = reader
        self.path = path
        self.pattern = pattern
        line = node.line
        guard case .mapping(let mapping) = node else {
            reader.report("Keys and values are needed here, not \(node.kind).", at: node.line, path: path)
            return nil
        }
        for (key, value) in mapping {
            entries.append((key.scalar?.string ?? "", key.line, value))
        }
    }

    private init(reader: ConfigReader) {
        self.reader = reader
        path = ""
        pattern = ""
        line = 1
    }

    /// The section of an empty file.
    static func empty(reader: ConfigReader) -> ConfigSection { ConfigSection(reader: reader) }

    /// The value of a key; nil if it is missing or empty.
    func node(_ key: String) -> Node? {
        if !asked.contains(key) {
            asked.append(key)
            reader.noteKey(pattern.isEmpty ? key : "\(pattern).\(key)")
        }
        guard let value = entries.first(where: { $0.key == key })?.value, !value.isEmptyScalar else { return nil }
        return value
    }

    /// True when the key stands in the file, even with nothing behind it.
    func has(_ key: String) -> Bool { node(key) != nil }

    /// The line of a key, or of the section where the key is missing.
    func line(of key: String) -> Int { entries.first { $0.key == key }?.keyLine ?? line }

    func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func report(_ message: String, key: String? = nil) {
        reader.report(message, at: key.map(line(of:)) ?? line, path: key.map(path(of:)) ?? path)
    }

    /// Reads the section under a key; a missing one is read as empty, so that its keys are known all the same.
    func section(_ key: String, _ read: (ConfigSection) -> Void) {
        let node = node(key) ?? Node.mapping(Node.Mapping([]))
        let inner = ConfigSection(
            node: node, path: path(of: key), pattern: pattern.isEmpty ? key : "\(pattern).\(key)", reader: reader)
        guard let inner else { return }
        read(inner)
        inner.finish()
    }

    /// Reads a list of sections; elements that yield nil are left out (their problem is noted).
    func sections<Value>(_ key: String, _ read: (ConfigSection) -> Value?) -> [Value] {
        guard let node = node(key) else { return [] }
        guard case .sequence(let list) = node else {
            report("A list is needed here, not \(node.kind).", key: key)
            return []
        }
        return list.enumerated().compactMap { index, element in
            let name = path(of: key)
            let kind = pattern.isEmpty ? key : "\(pattern).\(key)"
            let inner = ConfigSection(
                node: element, path: "\(name)[\(index)]", pattern: "\(kind)[]", reader: reader)
            defer { inner?.finish() }
            return inner.flatMap(read)
        }
    }

    /// Names every key that was not asked for. Call it last.
    func finish() {
        for entry in entries where !asked.contains(entry.key) {
            let hint = NearestKey.find(entry.key, in: asked).map { " Is \"\($0)\" meant?" } ?? ""
            let place = path.isEmpty ? "at the top of the file" : "in \(path)"
            reader.report("There is no key \"\(entry.key)\" \(place).\(hint)", at: entry.keyLine, path: "")
        }
    }
}
