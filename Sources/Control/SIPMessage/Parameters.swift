/// Parameters in the order they came: `;name=value` of header fields and URIs. Names compare without case.
///
/// Values are kept as written, quotes and escapes included; the subscript takes quotes off.
package struct Parameters: Hashable, Sendable {
    package struct Item: Hashable, Sendable {
        package var name: String
        /// As written; nil for a flag such as `lr`.
        package var value: String?

        package init(name: String, value: String?) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var items: [Item] = []

    package init() {}

    package init(_ items: [Item]) { self.items = items }

    package var isEmpty: Bool { items.isEmpty }

    /// The value without quotes; "" for a flag; nil if absent.
    ///
    /// Set: the value is written as given (quoted when it is no token), nil removes it, "" sets a flag.
    package subscript(name: String) -> String? {
        get {
            guard let item = items.first(where: { $0.name.equalsIgnoringCase(name) }) else { return nil }
            guard let value = item.value else { return "" }
            return value.utf8.first == Octet.quote ? QuotedText.unquoted(value) : value
        }
        set {
            guard let newValue else { return remove(name) }
            setRaw(name, newValue.isEmpty ? nil : QuotedText.quotedIfNeeded(newValue))
        }
    }

    package func contains(_ name: String) -> Bool { items.contains { $0.name.equalsIgnoringCase(name) } }

    /// Sets the value as it shall be written; in place if the name is there, else at the end.
    package mutating func setRaw(_ name: String, _ value: String?) {
        if let index = items.firstIndex(where: { $0.name.equalsIgnoringCase(name) }) {
            items[index].value = value
        } else {
            items.append(Item(name: name, value: value))
        }
    }

    package mutating func remove(_ name: String) { items.removeAll { $0.name.equalsIgnoringCase(name) } }

    mutating func append(_ item: Item) { items.append(item) }

    /// `;a;b=c`
    func write(into text: inout String) {
        for item in items {
            text += ";"
            text += item.name
            if let value = item.value {
                text += "="
                text += value
            }
        }
    }
}

extension Parameters {
    /// Reads `*( SEMI generic-param )` of a header field. RFC 3261 section 25.1.
    /// - Throws: `.parameter` when a name or a value is missing, `.quotedString`.
    init(parsing cursor: inout OctetCursor) throws(SyntaxProblem) {
        while cursor.takeSeparator(Octet.semicolon) {
            let name = cursor.run(of: .wideToken)
            guard !name.isEmpty else { throw .parameter }
            guard cursor.takeSeparator(Octet.equal) else {
                items.append(Item(name: cursor.text(name), value: nil))
                continue
            }
            let value = cursor.current == Octet.quote ? try cursor.quotedString() : cursor.run(of: .parameterValue)
            guard !value.isEmpty else { throw .parameter }
            items.append(Item(name: cursor.text(name), value: cursor.text(value)))
        }
    }
}
