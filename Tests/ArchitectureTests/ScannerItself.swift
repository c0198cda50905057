import Testing

@Suite("The scanner that the other suites rely on")
struct ScannerItself {
    @Test("comments and strings are blanked, code in interpolations stays, lines stay where they were")
    func blanking() {
        let text = """
            let a = "x! // no \\(value!) \\"y\\"" // comment!
            /* outer /* inner! */ still */ let b = #"raw "quote" \\(no!) \\#(yes)"#
            let c = \"\"\"
                long! \\(deep("!")) text
                \"\"\"
            let d = 1
            """
        let code = SwiftCode(text)
        #expect(code.lines.count == 6)
        #expect(code.octets.count == text.utf8.count)
        #expect(code.lines[0].contains("value!"))
        #expect(code.lines.joined().filter { $0 == "!" }.count == 1)
        #expect(code.lines[1].contains("let b") && code.lines[1].contains("yes") && !code.lines[1].contains("no!"))
        #expect(code.lines[3].contains("deep(") && code.lines[5] == "let d = 1")
        #expect(code.comments.count == 2)
    }

    @Test("functions, initialisers, accessors and short getters are found with their marks")
    func functions() {
        let text = """
            struct S {
                var stored: Int = { 4 }()
                let closure: @Sendable () -> Void
                @_noAllocation @_noLocks
                @inline(__always)
                package func marked<T>(_ a: (Int) -> Void = { _ in }) -> [T] where T: P {
                    func nested() { run { $0 } }
                    var local: Int
                    run { local = 1 }
                    self.init(x: 2)
                }
                @_noLocks
                init(x: Int) { x = 3 }
                var short: Int { 5 }
                static var long: Int {
                    @_noAllocation @_noLocks @inline(__always) get { 6 }
                    set { other = newValue }
                }
                subscript(i: Int) -> Int { i }
                @inlinable
                var inlined: Int { @inline(__always) get { 7 } }
                static func == (l: S, r: S) -> Bool { true }
            }
            protocol P { func requirement() -> Int; var property: Int { get } }
            """
        let found = SourceFile(path: "", text: text).functions
        #expect(
            found.map(\.name) == [
                "marked", "nested", "init", "short", "long.get", "long.set", "subscript", "inlined.get", "=",
            ])
        #expect(found.filter(\.isRealTime).map(\.name) == ["marked", "long.get"])
        #expect(found.filter(\.isHalfMarked).map(\.name) == ["init"])
        #expect(found.filter { $0.depth > 0 }.map(\.name) == ["nested"])
        #expect(found.filter { $0.kind == .shorthandGetter }.map(\.name) == ["short", "subscript"])
        #expect(found[7].marks.contains("@inlinable"))
        #expect(found[0].lineCount == 6 && found[0].line == 6)
    }

    @Test("forced unwraps are told from negations and comparisons")
    func forces() {
        for line in ["a!", "a!.b", "f()!", "a[0]!", "try! f()", "x as! Int", "var a: Int!", "a?.b!", "Set<Int>!"] {
            #expect(ForbiddenPatterns.forces(line), "\(line)")
        }
        for line in ["!a", "a != b", "a!=b", "if !a.b", "(!a)", "[!a]", "#if !DEBUG", "a && !b", "{ !$0 }"] {
            #expect(!ForbiddenPatterns.forces(line), "\(line)")
        }
    }

    @Test("sleeps are told from functions that only sound like one")
    func sleeps() {
        for line in [
            "Thread.sleep(forTimeInterval: 1)", "try await Task.sleep(for: .seconds(1))", "usleep(1)", "sleep(1)",
        ] {
            #expect(ForbiddenPatterns.sleeps(line), "\(line)")
        }
        for line in ["oversleep(1)", "func sleepsNever()", "clinux_sleep_until_ns(0)"] {
            #expect(!ForbiddenPatterns.sleeps(line), "\(line)")
        }
    }

    @Test("a default over our own enum is found, over numbers, tuples and foreign enums it is not")
    func defaults() {
        var enums = OwnEnums()
        enums.collect(SwiftCode("enum Own: UInt8 { case one, two(Int, x: Int)\n case three = 3\n var n: Int { 4 } }"))
        let cases: [(String, Bool)] = [
            ("switch a { case .one: f()\n default: g() }", true),
            ("switch a { case .one, .two(let n, _): f()\n default: g() }", true),
            ("switch a { case let .two(n, x) where n > 1: f()\n default: g() }", true),
            ("switch a { case .one: f()\n case .two, .three: g() }", false),
            ("switch a { case 1: f()\n default: g() }", false),
            ("switch a { case 1...2, 4: f()\n default: g() }", false),
            ("switch (a, b) { case (.one, .two): f()\n default: g() }", false),
            ("switch a { case .foreign: f()\n default: g() }", false),
            ("switch a { case .one: switch n { case 1: f()\n default: g() }\n case .two, .three: h() }", false),
        ]
        for (text, isFound) in cases {
            #expect(enums.switchesWithDefault(in: SwiftCode(text)).isEmpty != isFound, "\(text)")
        }
    }

    @Test("words of unfinished work and machine paths are found")
    func words() {
        for word in ["// TO" + "DO: x", "a stu" + "b", "Simpli" + "fied", "works for no" + "w.", "FIX" + "ME"] {
            #expect(word.contains(ForbiddenPatterns.unfinished), "\(word)")
        }
        for word in ["todos", "STUN", "before nowhere", "3XX", "stubborn"] {
            #expect(!word.contains(ForbiddenPatterns.unfinished), "\(word)")
        }
        #expect(("see /work/" + "main/x").contains(ForbiddenPatterns.machinePath))
    }

    @Test("documents' paths lose line numbers, anchors and slashes; patterns are left out")
    func documentPaths() {
        let line: Substring = "see `Sources/A/b.swift:12`, `Tests/C/`, `Config/*.yaml`, `Docs/X.md#y` and `other/z`"
        #expect(Documents.paths(in: line) == ["Sources/A/b.swift", "Tests/C", "Docs/X.md"])
    }

    @Test("imports are read past attributes, access levels and kinds")
    func imports() {
        let text =
            "import A\npackage import B\n@preconcurrency import C\n  public import struct D.E\n// import F\nlet imported = 1\n"
        #expect(SourceFile(path: "", text: text).imports.map(\.module) == ["A", "B", "C", "D"])
    }
}
