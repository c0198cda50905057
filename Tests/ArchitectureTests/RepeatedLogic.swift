import Testing

@Suite("Repeated logic")
struct RepeatedLogic {
    /// Lines of code that may stand in two places alike: what is longer belongs into one.
    private static let limit = 9

    @Test("no run of ten lines of code stands in two places")
    func runs() {
        var finder = RunFinder(length: Self.limit + 1)
        for file in Checkout.swiftFiles("Sources") { finder.add(file) }
        for run in finder.repeated { Issue.record("\(run.first) and \(run.second) begin the same lines of code") }
        #expect(finder.runCount > 1_000)
    }

    @Test("the finder sees a repeated run, wherever it is indented, and no shorter one")
    func finds() throws {
        let lines = (0..<10).map { "call(\($0))" }
        func text(_ count: Int, indent: String) -> String {
            "func f() {\n" + lines.prefix(count).map { indent + $0 + "\n" }.joined() + "}\n"
        }
        var finder = RunFinder(length: 10)
        finder.add(SourceFile(path: "a.swift", text: text(10, indent: "    ")))
        finder.add(SourceFile(path: "b.swift", text: "import X\n\n" + text(8, indent: "        ")))
        #expect(finder.repeated.isEmpty)
        finder.add(SourceFile(path: "c.swift", text: "// why\nlet x = 1\n" + text(10, indent: "  ")))
        #expect(finder.repeated.map(\.second) == ["c.swift:3"])
    }
}

/// Finds runs of equal lines. Lines that say nothing by themselves do not count: blank ones, comments, imports,
/// attributes and closing brackets.
private struct RunFinder {
    let length: Int
    private var places: [[String]: String] = [:]
    private(set) var repeated: [(first: String, second: String)] = []

    init(length: Int) { self.length = length }

    var runCount: Int { places.count }

    mutating func add(_ file: SourceFile) {
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .map { (number: $0.offset + 1, text: $0.element.drop { $0 == " " }) }
            .filter { Self.counts($0.text) }
        guard lines.count >= length else { return }
        var next = 0
        for start in 0...(lines.count - length) {
            let run = lines[start..<(start + length)].map { String($0.text) }
            let place = "\(file.path):\(lines[start].number)"
            if let first = places[run] {
                // What overlaps a run that is told already tells nothing new.
                if start >= next { repeated.append((first, place)) }
                next = start + length
            } else {
                places[run] = place
            }
        }
    }

    private static func counts(_ line: Substring) -> Bool {
        guard line.contains(where: { $0.isLetter || $0.isNumber }) else { return false }
        return !["//", "import ", "package import ", "@", "internal import "].contains { line.hasPrefix($0) }
    }
}
