/// The cases of every enum that the sources declare, and the switches over them.
struct OwnEnums {
    struct FoundDefault {
        let name: String
        let line: Int
    }

    private var cases: [(name: String, cases: Set<String>)] = []

    var count: Int { cases.count }

    /// Adds the enums of one file.
    mutating func collect(_ code: SwiftCode) {
        let tokens = code.tokens
        for index in tokens.indices.dropLast(2) where tokens[index].text == "enum" {
            if index > 0, tokens[index - 1].text == "." { continue }
            guard let open = tokens[index...].first(where: { $0.text == "{" })?.offset else { continue }
            let body = Self.tokens(tokens[index...], from: open, code)
            let names = Self.caseNames(body)
            if !names.isEmpty { cases.append((tokens[index + 1].text, names)) }
        }
    }

    /// Names behind `case` on the enum's own level.
    private static func caseNames(_ body: [SwiftCode.Token]) -> Set<String> {
        var names: Set<String> = []
        var depth = 0
        var expectsName = false
        for token in body {
            switch token.text {
            case "{", "(", "[": depth += 1
            case "}", ")", "]": depth -= 1
            case "case" where depth == 0: expectsName = true
            case "," where depth == 0 && !names.isEmpty: expectsName = true
            case "func", "var", "let", "static", "init", "package", "private", "public":
                if depth == 0 { expectsName = false }
            default:
                guard depth == 0, expectsName, token.text.first?.isLetter == true || token.text == "_" else { continue }
                names.insert(token.text)
                expectsName = false
            }
        }
        return names
    }

    /// Switches with a `default:` whose patterns are all cases of one of the enums.
    func switchesWithDefault(in code: SwiftCode) -> [FoundDefault] {
        let tokens = code.tokens
        return tokens.indices.compactMap { index in
            guard tokens[index].text == "switch", index == 0 || tokens[index - 1].text != "." else { return nil }
            guard let open = Self.body(tokens, after: index, code) else { return nil }
            let body = Self.tokens(tokens[index...], from: open, code)
            guard let patterns = Self.patternsBesideDefault(body), !patterns.isEmpty,
                let owner = cases.first(where: { patterns.isSubset(of: $0.cases) })
            else { return nil }
            return FoundDefault(name: owner.name, line: code.line(at: tokens[index].offset))
        }
    }

    /// The tokens between the brace at `open` and the one that closes it.
    private static func tokens(
        _ tokens: ArraySlice<SwiftCode.Token>, from open: Int, _ code: SwiftCode
    ) -> [SwiftCode.Token] {
        let end = code.closing(open) - 1
        return Array(tokens.drop { $0.offset <= open }.prefix { $0.offset < end })
    }

    /// Offset of the brace of a switch: the first one outside parentheses.
    private static func body(_ tokens: [SwiftCode.Token], after index: Int, _ code: SwiftCode) -> Int? {
        var depth = 0
        for token in tokens[(index + 1)...] {
            switch token.text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return token.offset
            default: continue
            }
        }
        return nil
    }

    /// Names of the `.name` patterns on the switch's own level; nil without `default:`, and empty when a
    /// pattern is something else than a case (a number, a range, a tuple, a type).
    private static func patternsBesideDefault(_ body: [SwiftCode.Token]) -> Set<String>? {
        var names: Set<String> = []
        var (depth, hasDefault, hasOther, inPattern, expectsName) = (0, false, false, false, false)
        for (index, token) in body.enumerated() {
            if ["{", "(", "["].contains(token.text) { depth += 1 }
            if ["}", ")", "]"].contains(token.text) { depth -= 1 }
            guard depth == 0 else {
                if inPattern, expectsName, token.text == "(" { hasOther = true }
                continue
            }
            switch token.text {
            case "default": hasDefault = hasDefault || (index + 1 < body.count && body[index + 1].text == ":")
            case "case": (inPattern, expectsName) = (true, true)
            case ":": inPattern = false
            case "where": expectsName = false
            case "," where inPattern: expectsName = true
            case "let", "var", ".": continue
            default:
                guard inPattern, expectsName else { continue }
                let isCase = index > 0 && body[index - 1].text == "."
                if isCase { names.insert(token.text) } else { hasOther = true }
                expectsName = false
            }
        }
        guard hasDefault else { return nil }
        return hasOther ? [] : names
    }
}
