import Testing

@Suite("Marks of real-time functions")
struct RealTimeMarks {
    @Test("@_noAllocation and @_noLocks stand together, everywhere")
    func bothOrNeither() {
        for file in Checkout.swiftFiles("Sources") {
            for function in file.functions where function.isHalfMarked {
                Issue.record("\(file.path):\(function.line) \(function.name) has one of the two attributes only")
            }
        }
    }

    @Test("every function of a real-time target outside Setup carries both")
    func everywhere() throws {
        let targets = try #require(Manifest()).realTimeTargets
        var seen = 0
        for file in Checkout.swiftFiles("Sources") where !file.isGeneralPurpose {
            guard let target = file.target, targets.contains(target) else { continue }
            for function in file.functions where function.depth == 0 {
                seen += 1
                if function.isRealTime || isExempt(function, of: target) { continue }
                Issue.record(
                    "\(file.path):\(function.line) \(function.name) lacks @_noAllocation @_noLocks\(hint(function))")
            }
        }
        #expect(seen > 100)
    }

    /// The generics of Rings are inlined into their callers, and checked there: the compiler refuses the
    /// attributes on a generic function itself.
    private func isExempt(_ function: FoundFunction, of target: String) -> Bool {
        target == "Rings" && function.marks.contains("@inlinable")
    }

    private func hint(_ function: FoundFunction) -> String {
        switch function.kind {
        case .shorthandGetter: "; write the getter out: { @_noAllocation @_noLocks get { ... } }"
        case .function, .initializer, .accessor: ""
        }
    }

    @Test("outside Setup, real-time code names no throwing function, existential, class or string")
    func vocabulary() throws {
        let targets = try #require(Manifest()).realTimeTargets
        let forbidden: Set<String> = ["throws", "throw", "actor", "String", "async", "await"]
        let beforeTypes: Set<String> = ["any", "class"]
        for file in Checkout.swiftFiles("Sources") where !file.isGeneralPurpose {
            guard let target = file.target, targets.contains(target) else { continue }
            let tokens = file.code.tokens
            for (index, token) in tokens.enumerated() {
                let before = index > 0 ? tokens[index - 1].text : ""
                let after = index + 1 < tokens.count ? tokens[index + 1].text : ""
                let isNamed = [".", "func", "case", "let", "var"].contains(before)
                let introducesType = beforeTypes.contains(token.text) && after.first?.isUppercase == true
                if !isNamed, introducesType || (forbidden.contains(token.text) && after != ":") {
                    Issue.record("\(file.path):\(file.code.line(at: token.offset)) says `\(token.text)`")
                }
            }
        }
    }
}
