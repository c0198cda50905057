/// What Package.swift declares, read from its own text.
struct Manifest {
    struct Layer {
        let name: String
        let level: Int
        let folder: String
        let uses: [String]
        let packages: [String]
        let isRealTime: Bool
        let isShim: Bool

        var path: String { "Sources/\(folder)/\(name)" }
    }

    let layers: [Layer]

    /// Reads every `layer("Name", level: N, in: "Folder", ...)` and `shim("Name", ...)`; nil without a manifest.
    init?() {
        guard let text = Checkout.text(of: "Package.swift") else { return nil }
        let code = SwiftCode(text)
        let octets = Array(text.utf8)
        var found: [Layer] = []
        for (index, line) in zip(Self.lineStarts(code.octets), code.lines) {
            let isShim = line.hasPrefix("shim(")
            guard isShim || line.hasPrefix("layer(") else { continue }
            let open = index + (isShim ? 4 : 5)
            let call = String(decoding: octets[open..<code.closing(open)], as: UTF8.self)
            guard let layer = isShim ? Self.shim(call) : Self.layer(call) else { continue }
            found.append(layer)
        }
        layers = found
    }

    func layer(_ name: String) -> Layer? { layers.first { $0.name == name } }

    var realTimeTargets: Set<String> { Set(layers.filter { $0.isRealTime && !$0.isShim }.map(\.name)) }

    var shims: Set<String> { Set(layers.filter(\.isShim).map(\.name)) }

    private static func lineStarts(_ octets: [UInt8]) -> [Int] {
        [0] + octets.indices.filter { octets[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    private static func shim(_ call: String) -> Layer? {
        guard let name = call.firstMatch(of: /^\(\s*"(\w+)"/) else { return nil }
        return Layer(
            name: String(name.1), level: -1, folder: "System", uses: [], packages: [], isRealTime: true, isShim: true)
    }

    private static func layer(_ call: String) -> Layer? {
        guard let name = call.firstMatch(of: /^\(\s*"(\w+)"/), let level = call.firstMatch(of: /level:\s*(-?\d+)/),
            let folder = call.firstMatch(of: /in:\s*"(\w+)"/), let number = Int(level.1)
        else { return nil }
        return Layer(
            name: String(name.1), level: number, folder: String(folder.1), uses: list("uses", call),
            packages: list("packages", call), isRealTime: call.contains(/realTime:\s*true/), isShim: false)
    }

    private static func list(_ label: String, _ call: String) -> [String] {
        guard let start = call.firstRange(of: label + ":"), let open = call[start.upperBound...].firstIndex(of: "["),
            let close = call[open...].firstIndex(of: "]")
        else { return [] }
        return call[open..<close].matches(of: /"(\w+)"/).map { String($0.1) }
    }
}
