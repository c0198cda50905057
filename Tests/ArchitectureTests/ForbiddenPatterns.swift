import Testing

@Suite("Patterns that may not stand in the code")
struct ForbiddenPatterns {
    @Test("no forced unwrap, forced cast, `try!` or implicitly unwrapped optional, tests included")
    func force() {
        for file in Checkout.allSwiftFiles {
            for (index, line) in file.code.lines.enumerated() where Self.forces(line) {
                Issue.record("\(file.path):\(index + 1) forces: \(line.trimmingPrefix(while: { $0 == " " }))")
            }
        }
    }

    static func forces(_ line: String) -> Bool {
        line.utf8.contains(UInt8(ascii: "!")) && line.contains(/[\w\)\]\}\?>"]!(?!=)/)
    }

    @Test("no `default:` in a switch over one of our own enums")
    func defaults() {
        let enums = Checkout.swiftFiles("Sources").reduce(into: OwnEnums()) { $0.collect($1.code) }
        #expect(enums.count > 20)
        for file in Checkout.swiftFiles("Sources") {
            for found in enums.switchesWithDefault(in: file.code) {
                Issue.record("\(file.path):\(found.line) has a default: over the enum \(found.name)")
            }
        }
    }

    @Test("no words of unfinished work")
    func words() {
        let pattern = Self.unfinished
        for path in writtenFiles() {
            guard let text = Checkout.text(of: path), text.contains(pattern) else { continue }
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                if let word = line.firstMatch(of: pattern) {
                    Issue.record("\(path):\(index + 1) says \"\(word.0)\"")
                }
            }
        }
    }

    /// Spelt with classes of one letter, so that this file passes its own test.
    static var unfinished: Regex<Substring> {
        /\b(?:TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b|\b(?i:stu[b](?:bed|s)?|simpli[f]ied|for no[w]|not yet su[p]ported|placehol[d]er)\b/
    }

    @Test("no path of the machine that it was written on")
    func machinePaths() {
        let pattern = Self.machinePath
        for path in writtenFiles() {
            guard let text = Checkout.text(of: path), text.contains(pattern) else { continue }
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                if let found = line.firstMatch(of: pattern) { Issue.record("\(path):\(index + 1) names \(found.0)") }
            }
        }
    }

    static var machinePath: Regex<Substring> { /\/work\/(?:main|shared)|\/tmp\/tandem\/|\/opt\/swift/ }

    @Test("no test sleeps")
    func sleeps() {
        for file in Checkout.swiftFiles("Tests") {
            for (index, line) in file.code.lines.enumerated() where Self.sleeps(line) {
                Issue.record("\(file.path):\(index + 1) sleeps")
            }
        }
    }

    static func sleeps(_ line: String) -> Bool {
        line.contains("sleep")
            && line.contains(
                /\bThread\s*\.\s*sleep\b|\bTask\s*\.\s*sleep\b|\b(?:u|nano)?sleep\s*\(|\bclock_nanosleep\b/)
            && !line.contains(/\bfunc\s+\w*sleep/)
    }

    @Test("every target with tests has at least one test")
    func everyTargetIsTested() throws {
        let manifest = try #require(Manifest())
        for layer in manifest.layers where !layer.isShim && layer.name != "tandem" {
            let tests = Checkout.swiftFiles("Tests/\(layer.name)Tests").filter { $0.code.text.contains("@Test") }
            #expect(!tests.isEmpty, "Tests/\(layer.name)Tests holds no test")
        }
    }

    /// What we write ourselves: not inputs that tests take from elsewhere.
    private func writtenFiles() -> [String] {
        let kinds = [".swift", ".c", ".h", ".md", ".yaml", ".yml", ".sh", ".py", ".service"]
        let folders = ["Sources", "Tests", "Config", "Docs"].flatMap(Checkout.paths(below:))
        return (folders + ["Package.swift", "README.md", "Makefile"]).filter { path in
            (kinds.contains { path.hasSuffix($0) } || path == "Makefile")
                && !path.contains("/Fixtures/") && !path.contains("/Corpus/") && Checkout.exists(path)
        }
    }
}
