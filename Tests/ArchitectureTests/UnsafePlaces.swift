import Testing

@Suite("Unsafe code")
struct UnsafePlaces {
    /// Targets that may be unsafe anywhere. Every other one keeps it to folders named Setup, and to its
    /// wrappers of C libraries: control-plane files that import the library's shim.
    static let targets: Set<String> = ["Octets", "Rings", "PacketIO", "TelephonyIO", "Codecs", "DSP", "SRTP"]

    @Test("`unsafe` stands only where it may")
    func places() throws {
        let manifest = try #require(Manifest())
        for file in unsafeFiles() {
            let target = try #require(file.target)
            let isWrapper = file.imports.contains { manifest.shims.contains($0.module) }
            let isRealTime = manifest.realTimeTargets.contains(target)
            #expect(
                Self.targets.contains(target) || file.isInSetup || (isWrapper && !isRealTime),
                "\(file.path):\(firstUse(file)) is unsafe and may not be")
        }
    }

    @Test("a file with `unsafe` in it says why that is sound")
    func reasons() {
        for file in unsafeFiles() {
            #expect(
                file.code.comments.contains { $0.contains(/(?i)\bsound\b/) },
                "\(file.path):\(firstUse(file)) does not say why its unsafe code is sound")
        }
    }

    @Test("strict memory safety is never switched off")
    func strictness() throws {
        let manifest = try #require(Checkout.text(of: "Package.swift"))
        #expect(manifest.contains(".strictMemorySafety()"))
        for file in Checkout.swiftFiles("Sources") {
            #expect(!file.code.text.contains("@preconcurrency"), "\(file.path) imports past the checks of concurrency")
        }
    }

    private func unsafeFiles() -> [SourceFile] {
        Checkout.swiftFiles("Sources").filter { $0.code.tokens.contains { ["unsafe", "@unsafe"].contains($0.text) } }
    }

    private func firstUse(_ file: SourceFile) -> Int {
        let token = file.code.tokens.first { ["unsafe", "@unsafe"].contains($0.text) }
        return token.map { file.code.line(at: $0.offset) } ?? 1
    }
}
