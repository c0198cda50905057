import Testing

@Suite("Documents")
struct Documents {
    @Test("every file that a document names exists")
    func namedFiles() {
        let documents = (["README.md"] + Checkout.paths(below: "Docs")).filter {
            $0.hasSuffix(".md") && Checkout.exists($0)
        }
        #expect(documents.contains("README.md"))
        #expect(documents.contains { $0.hasPrefix("Docs/") })
        for document in documents {
            let text = Checkout.text(of: document) ?? ""
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                for path in Self.paths(in: line) {
                    #expect(Checkout.exists(path), "\(document):\(index + 1) names \(path), which does not exist")
                }
            }
        }
    }

    /// Paths of ours in back-ticks, without a line number, anchor or trailing slash. Patterns are left out.
    static func paths(in line: Substring) -> [String] {
        line.matches(of: /`((?:Sources|Tests|Config|Docs)\/[^`\s]*)`/).compactMap { match in
            var path = match.1
            if let end = path.firstIndex(where: { $0 == "#" || $0 == ":" }) { path = path[..<end] }
            while path.hasSuffix("/") { path = path.dropLast() }
            return path.contains(where: { "*{}<>…".contains($0) }) ? nil : String(path)
        }
    }

    @Test("links between documents lead somewhere")
    func links() {
        for document in ["README.md"] + Checkout.paths(below: "Docs") where document.hasSuffix(".md") {
            let folder = document.split(separator: "/").dropLast().joined(separator: "/")
            for match in (Checkout.text(of: document) ?? "").matches(of: /\]\(([^)#:\s]+)(?:#[^)]*)?\)/) {
                let path = folder.isEmpty ? String(match.1) : folder + "/" + match.1
                #expect(Checkout.exists(path), "\(document) links to \(match.1), which does not exist")
            }
        }
    }
}
