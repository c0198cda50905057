import Foundation
import Testing

@Suite("Symbols of the real-time objects")
struct SymbolScan {
    static let nm = BuiltObjects.tool("nm", "llvm-nm")
    static let objdump = BuiltObjects.tool("objdump", "llvm-objdump")

    /// A release build puts what it specialises for opening code into any object of the module: there the
    /// compiler's own check of the attributes and the run-time guard stand alone.
    static var isDebugBuild: Bool {
        #if DEBUG
            true
        #else
            false
        #endif
    }

    /// Targets that this build was asked for; nil = all of them.
    static var selection: Set<String>? {
        ProcessInfo.processInfo.environment["TANDEM_ONLY"].map { Set($0.split(separator: ",").map(String.init)) }
    }

    @Test(
        "no function outside Setup refers to the allocator, a lock, reference counting or run-time type look-ups",
        .enabled(if: isDebugBuild && nm != nil && objdump != nil))
    func functions() throws {
        let (nm, objdump) = (try #require(Self.nm), try #require(Self.objdump))
        let targets = try #require(Manifest()).realTimeTargets
        var scanned = 0
        for file in Checkout.swiftFiles("Sources") where !file.isGeneralPurpose {
            guard let target = file.target, targets.contains(target) else { continue }
            guard let object = BuiltObjects.object(of: file) else {
                if Self.selection == nil { Issue.record("\(file.path) has no object beside this test") }
                continue
            }
            scanned += 1
            let undefined = try #require(BuiltObjects.output(nm, ["-u", object]), "nm cannot read \(object)")
            guard Self.namesAnyForbidden(undefined) else { continue }
            let code = try #require(BuiltObjects.output(objdump, ["-dr", "--no-show-raw-insn", object]))
            for reference in BuiltObjects.references(in: code) where Self.isWrong(reference, in: file) {
                Issue.record("\(file.path): \(reference.function) refers to \(reference.symbol)")
            }
        }
        #expect(Self.selection != nil || scanned > 40, "only \(scanned) objects were found")
    }

    @Test(
        "the scan itself sees what opening code does",
        .enabled(if: isDebugBuild && nm != nil && objdump != nil && selection == nil))
    func seesOpeningCode() throws {
        let objdump = try #require(Self.objdump)
        let file = try #require(SourceFile(path: "Sources/Common/Rings/Setup/SharedRegion.swift"))
        let object = try #require(BuiltObjects.object(of: file))
        let code = try #require(BuiltObjects.output(objdump, ["-dr", "--no-show-raw-insn", object]))
        let wrong = BuiltObjects.references(in: code).filter { Self.isWrong($0, in: file) }
        #expect(wrong.contains { $0.symbol == "swift_allocObject" })
        #expect(wrong.contains { $0.symbol.hasPrefix("swift_release") })
    }

    @Test("forbidden symbols are told from harmless ones, and written functions from generated ones")
    func rules() throws {
        for symbol in ["malloc", "free", "swift_retain", "swift_allocObject", "swift_once", "$s5Rings1EOACs5ErrorAAWl"]
        {
            #expect(Self.isForbidden(symbol), "\(symbol)")
        }
        for symbol in ["memcpy", "memset", "$s6Octets11OctetBufferV5countSivg", "swift_beginAccess", "clinux_now_ns"] {
            #expect(!Self.isForbidden(symbol), "\(symbol)")
        }
        for function in ["$s6Octets11OctetBufferV5check_2atySi_SitF", "$s6Octets16InternetChecksumV5values6UInt16Vvg"] {
            #expect(Self.isWritten(function), "\(function)")
        }
        for function in [
            "$s9Telemetry10DropReasonOwCP", "$s9Telemetry10DropReasonOSHAASH4hash4intoys6HasherVz_tFTW",
            "$s9Telemetry10DropReasonOMa", "$s12RealTimeLoop010MediaShardC0V5plane0D5PlaneAEVvr",
            "$s6Octets11InetAddressV9hashValueSivg", "$s9Telemetry10DropReasonOACSQAAWl",
            "$s12MediaControl0A5EventV23__derived_struct_equalsySbAC_ACtFZ",
        ] {
            #expect(!Self.isWritten(function), "\(function)")
        }
    }

    static func isWrong(_ reference: BuiltObjects.Reference, in file: SourceFile) -> Bool {
        guard let target = file.target, reference.function.contains("\(target.utf8.count)\(target)") else {
            return false
        }
        return isForbidden(reference.symbol) && isWritten(reference.function) && !isGenericOfRings(file)
    }

    /// The generics of Rings stand unspecialised in their own objects and run only where they are inlined.
    private static func isGenericOfRings(_ file: SourceFile) -> Bool {
        file.target == "Rings" && file.code.text.contains("@frozen")
    }

    static func isForbidden(_ symbol: String) -> Bool {
        let prefixes = [
            "swift_alloc", "swift_dealloc", "swift_slowAlloc", "swift_slowDealloc", "swift_retain", "swift_release",
            "swift_bridgeObject", "swift_unknownObject", "swift_once", "swift_getWitnessTable",
            "swift_getGenericMetadata",
            "swift_getAssociated", "swift_getTypeByMangledName", "swift_conformsToProtocol", "swift_dynamicCast",
            "swift_willThrow", "swift_task", "__swift_instantiate", "pthread_", "sem_",
        ]
        let names: Set<String> = [
            "malloc", "calloc", "realloc", "free", "posix_memalign", "aligned_alloc", "strdup", "usleep", "nanosleep",
        ]
        return names.contains(symbol) || prefixes.contains(where: symbol.hasPrefix)
            || (symbol.hasPrefix("$s") && symbol.hasSuffix("Wl"))
    }

    private static func namesAnyForbidden(_ undefined: String) -> Bool {
        undefined.split(whereSeparator: { $0 == " " || $0 == "\n" }).contains { isForbidden(String($0)) }
    }

    /// Whether a mangled name is that of a function, initialiser, accessor, closure or specialisation from the
    /// source text. What the compiler adds for hashing, comparing, `allCases`, lending stored properties and as witnesses is left out: a
    /// marked function that called it would not have compiled.
    static func isWritten(_ function: String) -> Bool {
        let generated = ["4hash4into", "9hashValue", "8allCases", "__derived_"]
        if generated.contains(where: function.contains) { return false }
        return function.contains(/^\$s.*(?:F|FZ|f[cC]|v[gslu]Z?|i[gslu]Z?|U\d*_|T[gGf]\w*)$/)
            && !function.contains(/W[A-Za-z]$|T[WR]$/)
    }
}
