/// Swift text with comments and the contents of strings blanked out; offsets and lines stay as they were.
struct SwiftCode: Sendable {
    /// ASCII of the code; everything blanked or foreign is a space, newlines are kept.
    let octets: [UInt8]
    /// Text of all comments, one entry each.
    let comments: [String]
    let lines: [String]
    /// Words, numbers and single signs, with their offsets; attributes come as one word with their `@`.
    let tokens: [Token]
    private let lineStarts: [Int]

    init(_ text: String) {
        var blanker = Blanker(Array(text.utf8))
        blanker.run()
        octets = blanker.output
        comments = blanker.comments
        lines = octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        lineStarts = lines.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.utf8.count + 1) }
        tokens = Self.tokens(octets)
    }

    var text: String { String(decoding: octets, as: UTF8.self) }

    /// Number of the line, from 1, that holds the octet at `offset`.
    func line(at offset: Int) -> Int {
        var (low, high) = (0, lineStarts.count)
        while low < high {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Offset just behind the bracket that closes the one at `open`; the end of the text if none does.
    func closing(_ open: Int) -> Int {
        let pairs: [UInt8: UInt8] = [
            UInt8(ascii: "{"): UInt8(ascii: "}"), UInt8(ascii: "("): UInt8(ascii: ")"),
            UInt8(ascii: "["): UInt8(ascii: "]"),
        ]
        guard open < octets.count, let close = pairs[octets[open]] else { return octets.count }
        var depth = 0
        for index in open..<octets.count {
            if octets[index] == octets[open] { depth += 1 }
            if octets[index] == close {
                depth -= 1
                if depth == 0 { return index + 1 }
            }
        }
        return octets.count
    }

    private static func tokens(_ octets: [UInt8]) -> [Token] {
        var tokens: [Token] = []
        var index = 0
        while index < octets.count {
            let octet = octets[index]
            if octet == UInt8(ascii: " ") || octet == UInt8(ascii: "\n") || octet == UInt8(ascii: "\t") {
                index += 1
                continue
            }
            var end = index + 1
            if isWord(octet) || (octet == UInt8(ascii: "@") && end < octets.count && isWord(octets[end])) {
                while end < octets.count, isWord(octets[end]) { end += 1 }
            }
            tokens.append(Token(text: String(decoding: octets[index..<end], as: UTF8.self), offset: index))
            index = end
        }
        return tokens
    }

    struct Token: Sendable {
        let text: String
        let offset: Int
    }

    static func isWord(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// Walks through Swift text once and keeps only its code.
private struct Blanker {
    private let input: [UInt8]
    private(set) var output: [UInt8] = []
    private(set) var comments: [String] = []
    private var index = 0

    init(_ input: [UInt8]) {
        self.input = input
        output.reserveCapacity(input.count)
    }

    mutating func run() {
        while index < input.count { step() }
    }

    private mutating func step() {
        let octet = input[index]
        let isPlain = octet != UInt8(ascii: "/") && octet != UInt8(ascii: "\"") && octet != UInt8(ascii: "#")
        if isPlain {
            keep()
        } else if starts("//") {
            comment { $0.input[$0.index] == UInt8(ascii: "\n") }
        } else if starts("/*") {
            blockComment()
        } else if let hashes = stringStart() {
            string(hashes: hashes)
        } else {
            keep()
        }
    }

    private func starts(_ text: StaticString) -> Bool {
        index + text.utf8CodeUnitCount <= input.count
            && text.withUTF8Buffer { input[index..<(index + $0.count)].elementsEqual($0) }
    }

    private mutating func keep() {
        output.append(input[index] < 0x80 ? input[index] : UInt8(ascii: " "))
        index += 1
    }

    private mutating func blank() {
        output.append(input[index] == UInt8(ascii: "\n") ? input[index] : UInt8(ascii: " "))
        index += 1
    }

    private mutating func comment(until isEnd: (Blanker) -> Bool) {
        let start = index
        while index < input.count, !isEnd(self) { blank() }
        comments.append(String(decoding: input[start..<index], as: UTF8.self))
    }

    private mutating func blockComment() {
        let start = index
        var depth = 0
        repeat {
            let step = starts("/*") ? 1 : starts("*/") ? -1 : 0
            depth += step
            blank()
            if step != 0 { blank() }
        } while index < input.count && depth > 0
        comments.append(String(decoding: input[start..<index], as: UTF8.self))
    }

    /// Number of `#` before a quotation mark here, nil if no string starts here.
    private func stringStart() -> Int? {
        var hashes = 0
        while index + hashes < input.count, input[index + hashes] == UInt8(ascii: "#") { hashes += 1 }
        guard index + hashes < input.count, input[index + hashes] == UInt8(ascii: "\"") else { return nil }
        return hashes
    }

    private mutating func string(hashes: Int) {
        for _ in 0..<hashes { blank() }
        let isLong = starts("\"\"\"")
        for _ in 0..<(isLong ? 3 : 1) { keep() }
        let fence = Array(repeating: UInt8(ascii: "#"), count: hashes)
        let quotes = Array(repeating: UInt8(ascii: "\""), count: isLong ? 3 : 1)
        let (escapeMark, endMark) = ([UInt8(ascii: "\\")] + fence, quotes + fence)
        while index < input.count {
            if input[index] == UInt8(ascii: "\\"), matches(escapeMark) {
                escape(fence.count)
            } else if input[index] == UInt8(ascii: "\""), matches(endMark) {
                for _ in quotes { keep() }
                for _ in fence { blank() }
                return
            } else if !isLong, input[index] == UInt8(ascii: "\n") {
                return
            } else {
                blank()
            }
        }
    }

    /// A backslash inside a string: an interpolation holds code, anything else is two octets of content.
    private mutating func escape(_ hashes: Int) {
        for _ in 0...hashes { blank() }
        guard index < input.count else { return }
        guard input[index] == UInt8(ascii: "(") else { return blank() }
        var depth = 0
        repeat {
            if input[index] == UInt8(ascii: "(") { depth += 1 }
            if input[index] == UInt8(ascii: ")") { depth -= 1 }
            step()
        } while index < input.count && depth > 0
    }

    private func matches(_ octets: [UInt8]) -> Bool {
        index + octets.count <= input.count && input[index..<(index + octets.count)].elementsEqual(octets)
    }
}
