/// What requests and responses have in common: typed views of their header fields, parsed when asked for.
///
/// A view is nil where the field is absent or malformed. `MessageParser` lets no message pass whose Via, From, To,
/// Call-ID or CSeq is; a message built in code has what the code put there.
package protocol SIPMessageFields {
    var fields: HeaderFields { get set }
    var body: [UInt8] { get set }
    func serialized() -> [UInt8]
}

extension SIPMessageFields {
    /// The topmost Via value.
    package func topVia() throws(SyntaxProblem) -> ViaField {
        guard let entry = fields.firstEntry(.via) else { throw .empty }
        var cursor = fields.cursor(entry)
        return try ViaField(parsing: &cursor)
    }

    /// All Via values, topmost first; those that cannot be read are left out.
    package var vias: [ViaField] { fields.values(.via).compactMap { try? ViaField(parsing: $0) } }

    /// Writes the topmost Via; the others stay.
    package mutating func setTopVia(_ via: ViaField) { fields.replaceFirstValue(.via, with: via.description) }

    /// Adds a Via above the others.
    package mutating func pushVia(_ via: ViaField) { fields.prepend(.via, via.description) }

    package mutating func popVia() { fields.removeFirstValue(.via) }

    package var from: NameAddress? {
        get { address(.from) }
        set { write(.from, newValue) }
    }

    package var to: NameAddress? {
        get { address(.to) }
        set { write(.to, newValue) }
    }

    package var callID: String? {
        get { fields.first(.callID) }
        set { write(.callID, newValue) }
    }

    package var cseq: CSeqField? {
        get {
            guard let entry = fields.firstEntry(.cseq) else { return nil }
            var cursor = fields.cursor(entry)
            return try? CSeqField(parsing: &cursor)
        }
        set { write(.cseq, newValue) }
    }

    /// Contact addresses; empty for `Contact: *`.
    package var contacts: [NameAddress] {
        get { isContactWildcard ? [] : addresses(.contact) }
        set { fields.set(.contact, to: newValue.map(\.description)) }
    }

    /// `Contact: *`, section 10.2.2.
    package var isContactWildcard: Bool { fields.first(.contact) == "*" }

    package var routes: [NameAddress] {
        get { addresses(.route) }
        set { fields.set(.route, to: newValue.map(\.description)) }
    }

    package var recordRoutes: [NameAddress] {
        get { addresses(.recordRoute) }
        set { fields.set(.recordRoute, to: newValue.map(\.description)) }
    }

    package var assertedIdentities: [NameAddress] { addresses(.pAssertedIdentity) }

    package var preferredIdentities: [NameAddress] { addresses(.pPreferredIdentity) }

    /// All addresses of a list field, in order; those that cannot be read are left out.
    package func addresses(_ name: HeaderName) -> [NameAddress] {
        var addresses: [NameAddress] = []
        for entry in fields.entries where fields.matches(entry, name) {
            var cursor = fields.cursor(entry)
            ListSplitter.forEachElement(&cursor) { text in
                if let address = try? NameAddress(parsing: text) { addresses.append(address) }
            }
        }
        return addresses
    }

    private func address(_ known: KnownHeader) -> NameAddress? {
        guard let entry = fields.firstEntry(known) else { return nil }
        var cursor = fields.cursor(entry)
        return try? NameAddress(parsing: &cursor)
    }

    /// Sets the field, or removes it for nil.
    mutating func write(_ name: HeaderName, _ value: (some CustomStringConvertible)?) {
        if let value { fields.set(name, value.description) } else { fields.remove(name) }
    }
}
