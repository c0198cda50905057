/// The header fields of one message, in order.
///
/// Two octet arrays and an index: `source` holds a received message as it came (folds turned into spaces), `edits`
/// what code has put beside it. An entry says where its name and value lie, so that a message is read without
/// copying, and copied without reading. Values are parsed when they are asked for.
package struct HeaderFields: Sendable {
    /// One field line. Plain bits, so an index is copied by memcpy.
    struct Entry: Sendable {
        var known: KnownHeader?
        var isEdit: Bool
        var nameCount: UInt16
        var nameStart: UInt32
        var valueStart: UInt32
        var valueCount: UInt32

        var name: Range<Int> { Int(nameStart)..<Int(nameStart) + Int(nameCount) }
        var value: Range<Int> { Int(valueStart)..<Int(valueStart) + Int(valueCount) }
    }

    /// Field lines that one message may have.
    package static let countLimit = 256

    let source: [UInt8]
    private(set) var edits: [UInt8] = []
    private(set) var entries: [Entry]

    package init() {
        source = []
        entries = []
    }

    init(source: [UInt8], entries: [Entry]) {
        self.source = source
        self.entries = entries
    }

    /// Field lines.
    package var count: Int { entries.count }

    package var isEmpty: Bool { entries.isEmpty }

    /// Names in order, one for each field line.
    package var names: [HeaderName] { entries.map(name) }

    func octets(of entry: Entry) -> [UInt8] { entry.isEdit ? edits : source }

    func cursor(_ entry: Entry) -> OctetCursor { OctetCursor(octets(of: entry), entry.value) }

    func text(_ entry: Entry) -> String { String(decoding: octets(of: entry)[entry.value], as: UTF8.self) }

    private func name(_ entry: Entry) -> HeaderName {
        if let known = entry.known { return HeaderName(known) }
        return HeaderName(String(decoding: octets(of: entry)[entry.name], as: UTF8.self))
    }

    func matches(_ entry: Entry, _ name: HeaderName) -> Bool {
        guard name.known == nil else { return entry.known == name.known }
        guard entry.known == nil, Int(entry.nameCount) == name.spelling.utf8.count else { return false }
        return zip(octets(of: entry)[entry.name], name.spelling.utf8).allSatisfy {
            $0.lowercasedASCII == $1.lowercasedASCII
        }
    }

    func firstEntry(_ known: KnownHeader) -> Entry? { entries.first { $0.known == known } }
}

extension HeaderFields {
    /// Puts a field at the end. CR, LF and NUL in the value become spaces: a value cannot start a line.
    package mutating func append(_ name: HeaderName, _ value: String) {
        let entry = edit(name, value)
        entries.append(entry)
    }

    /// Puts a field before all others.
    package mutating func prepend(_ name: HeaderName, _ value: String) {
        let entry = edit(name, value)
        entries.insert(entry, at: 0)
    }

    /// Makes this the only field of its name, at the place of the first one, else at the end.
    package mutating func set(_ name: HeaderName, _ value: String) {
        let entry = edit(name, value)
        guard let index = entries.firstIndex(where: { matches($0, name) }) else { return entries.append(entry) }
        entries[index] = entry
        guard count(of: name) > 1 else { return }
        let later = entries[(index + 1)...].filter { !matches($0, name) }
        entries.replaceSubrange((index + 1)..., with: later)
    }

    /// Makes these the only fields of the name, one line each, at the place of the first one, else at the end.
    package mutating func set(_ name: HeaderName, to values: [String]) {
        let place = entries.firstIndex { matches($0, name) } ?? entries.count
        remove(name)
        let added = values.map { edit(name, $0) }
        entries.insert(contentsOf: added, at: place)
    }

    package mutating func remove(_ name: HeaderName) {
        let kept = entries.filter { !matches($0, name) }
        if kept.count < entries.count { entries = kept }
    }

    /// Writes one list element in place of the first of its name; the elements after it stay.
    package mutating func replaceFirstValue(_ name: HeaderName, with value: String) {
        guard let index = entries.firstIndex(where: { matches($0, name) }) else { return append(name, value) }
        let rest = restOfList(entries[index])
        entries[index] = edit(name, value + rest)
    }

    /// Takes the first list element of the name away; the elements after it stay.
    package mutating func removeFirstValue(_ name: HeaderName) {
        guard let index = entries.firstIndex(where: { matches($0, name) }) else { return }
        let rest = restOfList(entries[index])
        if rest.isEmpty {
            entries.remove(at: index)
        } else {
            entries[index] = edit(name, String(rest.dropFirst()))
        }
    }

    /// What follows the first element of a list line, with its comma; "" if nothing does.
    private func restOfList(_ entry: Entry) -> String {
        guard entry.known?.isList == true else { return "" }
        var cursor = cursor(entry)
        ListSplitter.skipElement(&cursor)
        return cursor.text(cursor.position..<cursor.end)
    }

    /// Copies all fields of a name from another message as they stand there, to the end.
    package mutating func append(_ name: HeaderName, from other: HeaderFields) {
        for entry in other.entries where other.matches(entry, name) {
            entries.append(copy(entry, from: other))
        }
    }

    private mutating func copy(_ entry: Entry, from other: HeaderFields) -> Entry {
        var copy = entry
        let octets = other.octets(of: entry)
        copy.isEdit = true
        copy.nameStart = UInt32(edits.count)
        edits.append(contentsOf: octets[entry.name])
        copy.valueStart = UInt32(edits.count)
        edits.append(contentsOf: octets[entry.value])
        return copy
    }

    private mutating func edit(_ name: HeaderName, _ value: String) -> Entry {
        let nameStart = edits.count
        if name.known == nil { edits.append(contentsOf: name.spelling.utf8) }
        let valueStart = edits.count
        MessageWriter.append(value, to: &edits)
        return Entry(
            known: name.known, isEdit: true, nameCount: UInt16(clamping: valueStart - nameStart),
            nameStart: UInt32(nameStart), valueStart: UInt32(valueStart), valueCount: UInt32(edits.count - valueStart))
    }
}
