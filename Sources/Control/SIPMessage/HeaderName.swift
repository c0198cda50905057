/// The name of a header field, known or not. Compares without case; compact forms are their long names.
package struct HeaderName: Sendable, ExpressibleByStringLiteral {
    package let known: KnownHeader?
    /// As it is written.
    package let spelling: String

    package init(_ known: KnownHeader) {
        self.known = known
        spelling = known.rawValue
    }

    /// A name that is no token cannot be written: its other characters become `-`.
    package init(_ name: String) {
        let octets = Array(name.utf8)
        known = KnownHeader(name: octets[...])
        let clean = octets.map { OctetSet.token.contains($0) ? $0 : 45 }
        spelling = known?.rawValue ?? (clean.isEmpty ? "-" : String(decoding: clean, as: UTF8.self))
    }

    package init(stringLiteral value: String) { self.init(value) }

    /// Whether a field of this name is a comma-separated list. Unknown ones are not split.
    package var isList: Bool { known?.isList ?? false }
}

extension HeaderName: Hashable {
    package static func == (left: HeaderName, right: HeaderName) -> Bool {
        guard left.known == nil, right.known == nil else { return left.known == right.known }
        return left.spelling.equalsIgnoringCase(right.spelling)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(known)
        if known == nil { hasher.combine(spelling.lowercased()) }
    }
}

extension HeaderName: CustomStringConvertible {
    package var description: String { spelling }
}
