/// A function, initialiser or accessor as it stands in a file.
struct FoundFunction: Sendable {
    enum Kind: Sendable { case function, initializer, accessor, shorthandGetter }

    let kind: Kind
    let name: String
    /// Attributes with their `@`, and modifiers, in front of it; for an accessor only its own.
    let marks: Set<String>
    let line: Int
    let lineCount: Int
    /// How many other functions it stands in.
    let depth: Int

    var isRealTime: Bool { marks.contains("@_noAllocation") && marks.contains("@_noLocks") }
    var isHalfMarked: Bool { marks.contains("@_noAllocation") != marks.contains("@_noLocks") }
}

/// Walks through the tokens of a file, remembering the attributes and modifiers that precede a declaration.
struct FunctionFinder {
    private let code: SwiftCode
    private let tokens: [SwiftCode.Token]
    private var marks: Set<String> = []
    private var ends: [Int] = []
    private var found: [FoundFunction] = []

    private static let modifiers: Set<String> = [
        "public", "package", "internal", "fileprivate", "private", "static", "class", "final", "mutating",
        "nonmutating",
        "consuming", "borrowing", "override", "convenience", "required", "isolated", "nonisolated", "prefix", "postfix",
        "infix", "unowned", "weak", "lazy", "dynamic", "indirect", "sending", "async",
    ]
    private static let accessors: Set<String> = [
        "get", "set", "_read", "_modify", "willSet", "didSet", "unsafeAddress", "unsafeMutableAddress", "read",
        "modify",
    ]

    static func functions(in code: SwiftCode) -> [FoundFunction] {
        var finder = FunctionFinder(code)
        var index = 0
        while index < finder.tokens.count { index = finder.step(index) }
        return finder.found
    }

    private init(_ code: SwiftCode) {
        self.code = code
        tokens = code.tokens
    }

    private mutating func step(_ index: Int) -> Int {
        let token = tokens[index]
        ends.removeAll { $0 <= token.offset }
        let isMember = index > 0 && tokens[index - 1].text == "."
        if token.text.hasPrefix("@") || (Self.modifiers.contains(token.text) && !isMember) {
            marks.insert(token.text)
            return skippingArguments(index)
        }
        defer { marks = [] }
        if isMember { return index + 1 }
        switch token.text {
        case "func": return function(index, .function)
        case "init", "deinit": return function(index, token.text == "init" ? .initializer : .function)
        case "subscript", "var": return property(index)
        default: return index + 1
        }
    }

    /// Index of the token behind an attribute or modifier and its parentheses, `private(set)` for one.
    private func skippingArguments(_ index: Int) -> Int {
        let end = tokens[index].offset + tokens[index].text.utf8.count
        guard end < code.octets.count, code.octets[end] == UInt8(ascii: "(") else { return index + 1 }
        return firstToken(from: code.closing(end), after: index)
    }

    private func firstToken(from offset: Int, after index: Int) -> Int {
        var next = index + 1
        while next < tokens.count, tokens[next].offset < offset { next += 1 }
        return next
    }

    private mutating func function(_ index: Int, _ kind: FoundFunction.Kind) -> Int {
        let isDeclaration = kind == .function || startsDeclaration(index)
        guard isDeclaration, let body = bodyStart(index) else { return index + 1 }
        let name = kind == .initializer ? "init" : index + 1 < tokens.count ? tokens[index + 1].text : ""
        record(kind, tokens[index].text == "deinit" ? "deinit" : name, from: tokens[index].offset, body: body)
        return firstToken(from: body + 1, after: index)
    }

    /// `init` is a declaration where it follows attributes, modifiers, a brace or the end of a line.
    private func startsDeclaration(_ index: Int) -> Bool {
        if !marks.isEmpty || index == 0 { return true }
        let before = tokens[index - 1]
        return code.octets[before.offset..<tokens[index].offset].contains(UInt8(ascii: "\n")) && before.text != "."
            && before.text != "=" && before.text != "("
    }

    /// Offset of the brace that opens the body; nil for a requirement without one.
    private func bodyStart(_ index: Int) -> Int? {
        var next = index + 1
        while next < tokens.count {
            switch tokens[next].text {
            case "{": return tokens[next].offset
            case "(", "[": next = firstToken(from: code.closing(tokens[next].offset), after: next)
            case "}", ";", "func", "var", "let", "case", "init", "subscript", "struct", "enum", "class", "extension",
                "typealias", "associatedtype":
                return nil
            default: next += 1
            }
        }
        return nil
    }

    private mutating func record(_ kind: FoundFunction.Kind, _ name: String, from start: Int, body: Int) {
        let end = code.closing(body)
        let line = code.line(at: start)
        ends.removeAll { $0 <= start }
        found.append(
            FoundFunction(
                kind: kind, name: name, marks: marks, line: line, lineCount: code.line(at: end) - line + 1,
                depth: ends.count))
        ends.append(end)
    }

    /// A property or subscript: each accessor counts by itself, a bare body as a getter.
    private mutating func property(_ index: Int) -> Int {
        guard let body = computedBody(index) else { return index + 1 }
        let name = tokens[index].text == "var" && index + 1 < tokens.count ? tokens[index + 1].text : tokens[index].text
        let first = firstToken(from: body + 1, after: index)
        if opensAccessors(first) {
            accessors(from: first, until: code.closing(body), name)
            return firstToken(from: code.closing(body), after: index)
        }
        record(.shorthandGetter, name, from: tokens[index].offset, body: body)
        return first
    }

    /// Offset of the brace behind a type annotation; nil for a stored property.
    private func computedBody(_ index: Int) -> Int? {
        var next = index + 1
        while next < tokens.count {
            switch tokens[next].text {
            case "{": return tokens[next].offset
            case "(", "[": next = firstToken(from: code.closing(tokens[next].offset), after: next)
            case "=" where next > 0 && tokens[next - 1].text != "=" && tokens[next - 1].text != "-": return nil
            case "}", ";", "func", "var", "let", "case", "init", "subscript", "struct", "enum", "class", "extension",
                "return", "if", "guard", "for", "while", "switch", "typealias", "else", "in":
                return nil
            default:
                if lineBreak(before: next) { return nil }
                next += 1
            }
        }
        return nil
    }

    private func lineBreak(before index: Int) -> Bool {
        code.octets[tokens[index - 1].offset..<tokens[index].offset].contains(UInt8(ascii: "\n"))
    }

    /// Whether attributes and modifiers from `index` on lead to an accessor with a body.
    private func opensAccessors(_ index: Int) -> Bool {
        var next = index
        while next < tokens.count {
            let text = tokens[next].text
            if Self.accessors.contains(text) { return isAccessor(next) }
            guard text.hasPrefix("@") || Self.modifiers.contains(text) else { return false }
            next = skippingArguments(next)
        }
        return false
    }

    private func isAccessor(_ index: Int) -> Bool {
        guard index + 1 < tokens.count else { return false }
        return ["{", "(", "throws", "async", "}"].contains(tokens[index + 1].text)
    }

    private mutating func accessors(from first: Int, until end: Int, _ name: String) {
        let inherited = marks.intersection(["@inlinable"])
        var index = first
        marks = inherited
        while index < tokens.count, tokens[index].offset < end {
            let text = tokens[index].text
            if Self.accessors.contains(text), isAccessor(index), let body = bodyStart(index), body < end {
                record(.accessor, name + "." + text, from: tokens[index].offset, body: body)
                marks = inherited
                index = firstToken(from: code.closing(body), after: index)
            } else if text.hasPrefix("@") || Self.modifiers.contains(text) {
                marks.insert(text)
                index = skippingArguments(index)
            } else {
                index += 1
            }
        }
    }
}
