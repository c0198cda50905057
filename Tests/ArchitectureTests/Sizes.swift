import Testing

@Suite("Sizes")
struct Sizes {
    @Test("no file has more than 400 lines")
    func files() {
        let files = Checkout.paths(below: "Sources") + Checkout.paths(below: "Tests")
        let code = files.filter { path in [".swift", ".c", ".h"].contains { path.hasSuffix($0) } }
        #expect(code.count > 50)
        for path in code {
            let lines = Checkout.text(of: path)?.split(separator: "\n", omittingEmptySubsequences: false).count ?? 0
            #expect(lines <= 401, "\(path) has \(lines - 1) lines")
        }
    }

    @Test("no function has more than 60 lines")
    func functions() {
        for file in Checkout.swiftFiles("Sources") {
            for function in file.functions where function.lineCount > 60 {
                Issue.record("\(file.path):\(function.line) \(function.name) has \(function.lineCount) lines")
            }
        }
    }
}
