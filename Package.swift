// swift-tools-version: 6.2
import PackageDescription

// Every target has a level, and an edge goes only to a strictly lower level. `layer` and `shim` stop
// the build with a sentence when that is broken. Docs/Architecture.md shows the picture.
//
// TANDEM_ONLY="SIPMessage,SDP" declares only these targets, what they use and their tests: for quick
// turn-around, and for sanitizers. TANDEM_STRICT=1 makes every warning in our own sources an error.

let environment = Context.environment
let strict = environment["TANDEM_STRICT"] != nil || environment["CI"] != nil
let only = environment["TANDEM_ONLY"].map { Set($0.split(separator: ",").map(String.init)) }

// MARK: external packages

struct External {
    let package: String
    let dependency: Package.Dependency
}

func from(_ url: String, _ version: Version) -> Package.Dependency { .package(url: url, exact: version) }

let externals: [String: External] = [
    // Event loops, UDP and TCP for the signalling plane.
    "NIOCore": External(package: "swift-nio", dependency: from("https://github.com/apple/swift-nio", "2.101.2")),
    "NIOPosix": External(package: "swift-nio", dependency: from("https://github.com/apple/swift-nio", "2.101.2")),
    // The logging front end that every Swift server package shares.
    "Logging": External(package: "swift-log", dependency: from("https://github.com/apple/swift-log", "1.16.2")),
    // SQLite with WAL, pools and cached statements, for the call records and the registrations.
    "GRDB": External(package: "GRDB.swift", dependency: from("https://github.com/groue/GRDB.swift", "7.10.0")),
    // YAML with line numbers, for the configuration file.
    "Yams": External(package: "Yams", dependency: from("https://github.com/jpsim/Yams", "6.2.2")),
    // The command line and its help pages.
    "ArgumentParser": External(
        package: "swift-argument-parser", dependency: from("https://github.com/apple/swift-argument-parser", "1.8.2")),
]

// MARK: layers

enum Kind { case library, executable, shim, system(pkgConfig: String, apt: String) }

struct Layer {
    let name: String
    let level: Int
    let folder: String
    let uses: [String]
    let packages: [String]
    let kind: Kind
    let hasTests: Bool
    let realTime: Bool
}

var layers: [Layer] = []

/// Declares a target of our own. `uses` names targets of strictly lower levels.
@MainActor func layer(
    _ name: String, level: Int, in folder: String, uses: [String] = [], packages: [String] = [],
    kind: Kind = .library, tests: Bool = true, realTime: Bool = false
) {
    for edge in uses {
        guard let lower = layers.first(where: { $0.name == edge }) else {
            fatalError("\(name) uses \(edge), which is not declared before it: an edge goes to a lower level only.")
        }
        guard lower.level < level else {
            fatalError(
                "\(name) (level \(level)) uses \(edge) (level \(lower.level)): an edge goes to a strictly lower level.")
        }
        if realTime, !lower.realTime, !lower.isShim {
            fatalError("\(name) is a real-time target and uses \(edge), which is not one.")
        }
    }
    layers.append(
        Layer(
            name: name, level: level, folder: folder, uses: uses, packages: packages, kind: kind,
            hasTests: tests, realTime: realTime))
}

extension Layer {
    var isShim: Bool {
        switch kind {
        case .shim, .system: return true
        case .library, .executable: return false
        }
    }
}

/// Declares C headers, which stand below every level: a shim of ours without logic, or a Debian library
/// with its package.
@MainActor func shim(_ name: String, _ kind: Kind = .shim) {
    layer(name, level: -1, in: "System", kind: kind, tests: false, realTime: true)
}

shim("CLinux")
shim("COpenSSL", .system(pkgConfig: "libcrypto", apt: "libssl-dev"))  // digests for RFC 8760
shim("CSndFile", .system(pkgConfig: "sndfile", apt: "libsndfile1-dev"))  // WAV files of any format
shim("CPcap", .system(pkgConfig: "libpcap", apt: "libpcap-dev"))  // capture files of any format and link type
shim("CSpeexDSP", .system(pkgConfig: "speexdsp", apt: "libspeexdsp-dev"))  // sample-rate conversion of those files

layer("Octets", level: 0, in: "Common", realTime: true)
layer("Timing", level: 0, in: "Common", realTime: true)
layer("Rings", level: 0, in: "Common", uses: ["CLinux"], realTime: true)
layer("Telemetry", level: 0, in: "Common", realTime: true)
// Allocates: of real-time targets, the control side of the bridge alone may call it, and the marks see to that.
layer("Tables", level: 0, in: "Common", realTime: true)

layer("InetWire", level: 1, in: "RealTime", uses: ["Octets"], realTime: true)
layer("RTP", level: 1, in: "RealTime", uses: ["Octets", "Timing"], realTime: true)
layer("Codecs", level: 1, in: "RealTime", uses: ["Octets"], realTime: true)
layer("DSP", level: 1, in: "RealTime", uses: ["Octets"], realTime: true)
layer("SIPMessage", level: 1, in: "Control", uses: ["Octets"])
layer("SDP", level: 1, in: "Control", uses: ["Octets"])
layer("SwitchConfig", level: 1, in: "Control", uses: ["Octets", "Timing"], packages: ["Yams"])

layer(
    "InetStack", level: 2, in: "RealTime", uses: ["Octets", "Timing", "Rings", "InetWire"], realTime: true)
layer("RTPSession", level: 2, in: "RealTime", uses: ["Octets", "Timing", "Rings", "RTP"], realTime: true)
layer("SIPTransaction", level: 2, in: "Control", uses: ["Octets", "Timing", "Tables", "SIPMessage"])
layer("SIPAuth", level: 2, in: "Control", uses: ["Timing", "Tables", "SIPMessage", "COpenSSL"])
layer("OfferAnswer", level: 2, in: "Control", uses: ["Octets", "SDP"])
layer("Routing", level: 2, in: "Control", uses: ["Octets", "Timing", "SIPMessage", "SwitchConfig"])
layer("Billing", level: 2, in: "Control", uses: ["Timing", "Octets"])

layer(
    "PacketDemux", level: 3, in: "RealTime",
    uses: ["Octets", "Timing", "Rings", "Telemetry", "InetWire", "RTP", "InetStack"], realTime: true)
layer(
    "MediaControl", level: 3, in: "Bridge", uses: ["Octets", "Timing", "Rings", "Tables"], realTime: true)
layer(
    "SIPDialog", level: 3, in: "Control",
    uses: ["Octets", "Timing", "SIPMessage", "SIPTransaction", "SIPAuth", "OfferAnswer", "SDP"])

layer(
    "Registrar", level: 3, in: "Control",
    uses: ["Octets", "Timing", "Tables", "SIPMessage", "SIPTransaction", "SwitchConfig", "Routing"])

layer(
    "PacketIO", level: 4, in: "Devices",
    uses: [
        "Octets", "Timing", "Rings", "Telemetry", "InetWire", "InetStack", "PacketDemux", "CLinux", "CPcap",
    ], realTime: true)
// Takes a network interface over and shares it out between the planes: no media, so nothing here is in a hurry.
layer(
    "InterfaceOwner", level: 4, in: "Devices", uses: ["Octets", "Timing", "Rings", "InetWire", "InetStack", "CLinux"])
layer(
    "MediaPlane", level: 4, in: "RealTime",
    uses: [
        "Octets", "Timing", "Rings", "Telemetry", "RTP", "Codecs", "DSP", "RTPSession", "PacketDemux", "MediaControl",
    ], realTime: true)
layer(
    "SIPTransport", level: 4, in: "Control",
    uses: ["Octets", "Timing", "Tables", "SIPMessage", "SIPTransaction", "CLinux"],
    packages: ["NIOCore", "NIOPosix", "Logging"])
layer(
    "CallControl", level: 4, in: "Control",
    uses: [
        "Octets", "Timing", "Telemetry", "Tables", "SIPMessage", "SDP", "SwitchConfig", "SIPTransaction", "SIPAuth",
        "OfferAnswer", "Routing", "Billing", "SIPDialog", "Registrar", "MediaControl",
    ])
layer(
    "Softphone", level: 4, in: "Control",
    uses: [
        "Octets", "Timing", "SIPMessage", "SDP", "SIPTransaction", "SIPAuth", "OfferAnswer", "SIPDialog",
        "MediaControl",
    ])
layer(
    "Ledger", level: 4, in: "Control", uses: ["Octets", "Timing", "Tables", "Billing", "CLinux"],
    packages: ["GRDB", "Logging"])

layer(
    "RealTimeLoop", level: 5, in: "RealTime",
    uses: [
        "Octets", "Timing", "Rings", "Telemetry", "PacketDemux", "MediaControl", "PacketIO", "MediaPlane", "CLinux",
    ], realTime: true)

layer(
    "SwitchCore", level: 6, in: "App",
    uses: [
        "Octets", "Timing", "Telemetry", "SIPMessage", "SDP", "SwitchConfig", "SIPTransaction", "SIPAuth",
        "OfferAnswer", "Routing", "Billing", "SIPDialog", "SIPTransport", "Registrar", "CallControl", "Softphone",
        "Ledger", "MediaControl", "RealTimeLoop", "InterfaceOwner", "Rings", "Tables", "InetWire", "InetStack",
        "PacketDemux", "PacketIO", "CLinux", "CSndFile", "CSpeexDSP",
    ], packages: ["NIOCore", "NIOPosix", "Logging"])

layer(
    "tandem", level: 8, in: "App",
    uses: ["SwitchCore", "SwitchConfig", "Ledger", "Billing", "Timing", "Octets", "CLinux"],
    packages: ["ArgumentParser", "Logging"], kind: .executable, tests: false)

// MARK: test targets that stand beside no single layer

/// Counts malloc, free, locks and reference counting on a marked thread. Linked into tests only.
let guardTarget = "CRealTimeGuard"

struct Suite {
    let name: String
    let uses: [String]
}

let suites: [Suite] = [
    // The run-time guard on the media thread, with real sockets.
    Suite(
        name: "RealTimeTests",
        uses: [
            "RealTimeLoop", "MediaControl", "MediaPlane", "PacketDemux", "Octets", "Timing", "Rings", "RTP", "CLinux",
        ]),
    // Imports, levels, file sizes, words: the structure as a test. Uses no target.
    Suite(name: "ArchitectureTests", uses: []),
]

// MARK: selection and assembly

@MainActor func closure(_ roots: Set<String>) -> Set<String> {
    var chosen = roots
    for layer in layers.reversed() where chosen.contains(layer.name) { chosen.formUnion(layer.uses) }
    return chosen
}

let chosen = only.map(closure) ?? Set(layers.map(\.name))
let chosenLayers = layers.filter { chosen.contains($0.name) }
let chosenSuites = suites.filter { suite in only.map { $0.contains(suite.name) } ?? true }
let suiteNeeds = closure(Set(chosenSuites.flatMap(\.uses)))
let allLayers = layers.filter { chosen.contains($0.name) || suiteNeeds.contains($0.name) }

var settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
if strict { settings.append(.treatAllWarnings(as: .error)) }

@MainActor func product(_ name: String) -> Target.Dependency {
    guard let external = externals[name] else { fatalError("No external package provides \(name).") }
    return .product(name: name, package: external.package)
}

@MainActor func target(for layer: Layer) -> Target {
    let path = "Sources/\(layer.folder)/\(layer.name)"
    let dependencies = layer.uses.map { Target.Dependency.target(name: $0) } + layer.packages.map(product)
    switch layer.kind {
    case .library:
        return .target(
            name: layer.name, dependencies: dependencies, path: path,
            swiftSettings: settings + [.strictMemorySafety()])
    case .executable:
        return .executableTarget(
            name: layer.name, dependencies: dependencies, path: path,
            swiftSettings: settings + [.strictMemorySafety()])
    case .shim:
        return .target(
            name: layer.name, path: path, cSettings: [.define("_GNU_SOURCE")],
            linkerSettings: [
                .linkedLibrary("resolv"),  // reads the answers of the system's resolver
                .linkedLibrary("uring"),  // submits datagrams of many sockets in one system call
            ])
    case .system(let pkgConfig, let apt):
        return .systemLibrary(name: layer.name, path: path, pkgConfig: pkgConfig, providers: [.apt([apt])])
    }
}

var targets = allLayers.map(target)
for layer in chosenLayers where layer.hasTests && (only.map { $0.contains(layer.name) } ?? true) {
    targets.append(
        .testTarget(
            name: layer.name + "Tests",
            dependencies: ([layer.name] + layer.uses).map { .target(name: $0) } + layer.packages.map(product),
            path: "Tests/\(layer.name)Tests", exclude: layer.name == "SIPMessage" ? ["Torture"] : [],
            swiftSettings: settings))
}
for suite in chosenSuites {
    var dependencies = suite.uses.map { Target.Dependency.target(name: $0) }
    if suite.name == "RealTimeTests" { dependencies.append(.target(name: guardTarget)) }
    targets.append(
        .testTarget(
            name: suite.name, dependencies: dependencies, path: "Tests/\(suite.name)", swiftSettings: settings))
}
if chosenSuites.contains(where: { $0.name == "RealTimeTests" }) {
    targets.append(
        .target(
            name: guardTarget, path: "Tests/Support/\(guardTarget)", cSettings: [.define("_GNU_SOURCE")],
            linkerSettings: [.linkedLibrary("dl")]))
}

var seen: Set<String> = []
let dependencies = allLayers.flatMap(\.packages).compactMap { externals[$0] }
    .filter { seen.insert($0.package).inserted }.map(\.dependency)

// TANDEM_FUZZ names libFuzzer's library without a main function; Tests/Fuzz/run sets it.
if let library = environment["TANDEM_FUZZ"] {
    let fuzzed = [
        "SIPMessage", "SDP", "RTP", "RTPSession", "SIPAuth", "OfferAnswer", "Octets", "Timing", "InetWire",
        "Rings", "InetStack", "PacketDemux",
    ]
    for target in targets where fuzzed.contains(target.name) {
        target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-sanitize=fuzzer"])]
    }
    targets.append(
        .executableTarget(
            name: "tandem-fuzz", dependencies: fuzzed.map { .target(name: $0) }, path: "Tests/Fuzz",
            exclude: ["Corpus", "run"], swiftSettings: [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [
                .unsafeFlags(["-Xlinker", library]), .linkedLibrary("stdc++"), .linkedLibrary("m"),
            ]))
}

let package = Package(
    name: "tandem", dependencies: dependencies, targets: targets, swiftLanguageModes: [.v6])
