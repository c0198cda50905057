import Octets
import Yams

extension ConfigSection {
    /// A text; a number or a word without quotes counts as its own spelling.
    func text(_ key: String) -> String? {
        guard let node = node(key) else { return nil }
        guard let scalar = node.scalar else {
            report("One value is needed here, not \(node.kind).", key: key)
            return nil
        }
        return scalar.string
    }

    /// A text turned into a value; `expected` finishes the sentence "This has to be ...".
    func value<Value>(_ key: String, expected: String, _ make: (String) -> Value?) -> Value? {
        guard let text = text(key) else { return nil }
        if let value = make(text) { return value }
        report("This has to be \(expected), not \"\(text)\".", key: key)
        return nil
    }

    func integer(_ key: String, _ value: inout Int, _ range: ClosedRange<Int>) {
        if let read = optionalInteger(key, range) { value = read }
    }

    func optionalInteger(_ key: String, _ range: ClosedRange<Int>) -> Int? {
        value(key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func flag(_ key: String, _ value: inout Bool) {
        let read = self.value(key, expected: "true or false") { text -> Bool? in
            switch text.lowercased() {
            case "true", "yes", "on": true
            case "false", "no", "off": false
            default: nil
            }
        }
        if let read { value = read }
    }

    func choice<Choice: ConfigWord>(_ key: String, _ value: inout Choice)
    where Choice.RawValue == String {
        if let read: Choice = optionalChoice(key) { value = read }
    }

    func optionalChoice<Choice: ConfigWord>(_ key: String) -> Choice?
    where Choice.RawValue == String {
        value(key, expected: Self.alternatives(Choice.self), Self.find)
    }

    /// A list of texts; one text alone counts as a list of one.
    func list<Value>(
        _ key: String, expected: String, needsEntry: Bool = false, _ make: (String) -> Value?
    ) -> [Value]? {
        guard let node = node(key) else { return nil }
        let elements: [Node]
        switch node {
        case .scalar, .alias: elements = [node]
        case .sequence(let sequence): elements = Array(sequence)
        case .mapping:
            report("A list is needed here, not \(node.kind).", key: key)
            return nil
        }
        if needsEntry, elements.isEmpty { report("This list needs at least one entry.", key: key) }
        return elements.compactMap { element in
            guard let text = element.scalar?.string, let value = make(text) else {
                reader.report("This has to be \(expected), not \(element.kind).", at: element.line, path: path(of: key))
                return nil
            }
            return value
        }
    }

    /// A list of words without repetition; nil when the key is missing, reported when it is empty.
    func choices<Choice: ConfigWord>(_ key: String) -> [Choice]?
    where Choice.RawValue == String {
        let expected = Self.alternatives(Choice.self)
        guard let read: [Choice] = list(key, expected: expected, needsEntry: true, Self.find) else { return nil }
        if Set(read).count < read.count { report("The same word stands twice in this list.", key: key) }
        return read
    }

    func address(_ key: String, version: AddressVersion = .either) -> InetAddress? {
        value(key, expected: version.rawValue) { text in
            InetAddress(text: text).flatMap { version.admits($0) ? $0 : nil }
        }
    }

    /// `key`, `key_file` or `key_env`: at most one of them.
    func secret(_ key: String) -> Secret? {
        let direct = text(key).map(Secret.init)
        let path = text("\(key)_file")
        let variable = text("\(key)_env")
        if [direct != nil, path != nil, variable != nil].count(where: { $0 }) > 1 {
            report("Only one of \(key), \(key)_file and \(key)_env can be given.", key: key)
        }
        if let path { return secretFile(path, key: "\(key)_file") }
        if let variable { return secretVariable(variable, key: "\(key)_env") }
        return direct
    }

    private func secretFile(_ path: String, key: String) -> Secret? {
        guard var text = reader.secrets.file(path) else {
            report("The file \"\(path)\" cannot be read.", key: key)
            return nil
        }
        while text.last?.isNewline == true { text.removeLast() }
        if text.isEmpty { report("The file \"\(path)\" is empty.", key: key) }
        return Secret(text)
    }

    private func secretVariable(_ name: String, key: String) -> Secret? {
        guard let text = reader.secrets.environment(name), !text.isEmpty else {
            report("The environment has no variable \"\(name)\".", key: key)
            return nil
        }
        return Secret(text)
    }

    private static func find<Choice: ConfigWord>(_ text: String) -> Choice?
    where Choice.RawValue == String {
        Choice.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
    }

    private static func alternatives<Choice: ConfigWord>(_: Choice.Type) -> String
    where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        guard let last = words.last, words.count > 1 else { return words.joined() }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }
}

/// Which addresses a key takes; the raw value is what a problem calls it.
enum AddressVersion: String {
    case either = "an IPv4 or IPv6 address"
    case four = "an IPv4 address"
    case six = "an IPv6 address"

    func admits(_ address: InetAddress) -> Bool {
        switch self {
        case .either: true
        case .four: address.isIPv4
        case .six: !address.isIPv4
        }
    }
}

/// An enum whose raw values are the words of a key.
typealias ConfigWord = RawRepresentable & CaseIterable & Hashable & Sendable
