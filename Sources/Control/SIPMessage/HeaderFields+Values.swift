extension HeaderFields {
    /// The value of the first field line of this name.
    package func first(_ name: HeaderName) -> String? {
        entries.first { matches($0, name) }.map(text)
    }

    /// One value for each field line of this name.
    package func all(_ name: HeaderName) -> [String] {
        entries.compactMap { matches($0, name) ? text($0) : nil }
    }

    /// All values of this name; lines are split at commas where the grammar makes the field a list (section 7.3.1).
    package func values(_ name: HeaderName) -> [String] {
        guard name.isList else { return all(name) }
        var values: [String] = []
        for entry in entries where matches(entry, name) {
            var cursor = cursor(entry)
            ListSplitter.forEachElement(&cursor) { values.append($0) }
        }
        return values
    }

    /// Field lines of this name.
    package func count(of name: HeaderName) -> Int {
        entries.count { matches($0, name) }
    }

    package func contains(_ name: HeaderName) -> Bool { entries.contains { matches($0, name) } }

    /// Whether a list of tokens holds this one, without case: option tags, methods.
    package func lists(_ name: HeaderName, _ token: String) -> Bool {
        values(name).contains { $0.equalsIgnoringCase(token) }
    }
}

extension HeaderFields: Equatable {
    /// Equal names and values, line by line.
    package static func == (left: HeaderFields, right: HeaderFields) -> Bool {
        guard left.entries.count == right.entries.count else { return false }
        return zip(left.entries, right.entries).allSatisfy { one, other in
            guard one.known == other.known else { return false }
            let names = one.known != nil || left.octets(of: one)[one.name] == right.octets(of: other)[other.name]
            return names && left.octets(of: one)[one.value] == right.octets(of: other)[other.value]
        }
    }
}
