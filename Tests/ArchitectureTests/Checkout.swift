import Foundation

/// The checkout that this test was built from.
enum Checkout {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every Swift file below `folder`, in order of its path.
    static func swiftFiles(_ folder: String) -> [SourceFile] {
        allSwiftFiles.filter { $0.path.hasPrefix(folder + "/") }
    }

    /// Every Swift file of our own, tests and manifest included. Read once, since all suites walk through them.
    static let allSwiftFiles = (paths(below: "Sources") + paths(below: "Tests") + ["Package.swift"])
        .filter { $0.hasSuffix(".swift") }.compactMap(SourceFile.init(path:))

    /// Paths of the files below `folder`, relative to the root, sorted. Hidden files are left out.
    static func paths(below folder: String) -> [String] {
        let base = root.appending(path: folder)
        guard let found = FileManager.default.enumerator(atPath: base.path(percentEncoded: false)) else { return [] }
        var paths: [String] = []
        for case let path as String in found where !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
            var isFolder: ObjCBool = false
            let whole = base.appending(path: path).path(percentEncoded: false)
            if FileManager.default.fileExists(atPath: whole, isDirectory: &isFolder), !isFolder.boolValue {
                paths.append(folder + "/" + path)
            }
        }
        return paths.sorted()
    }

    static func text(of path: String) -> String? {
        try? String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path(percentEncoded: false))
    }
}

/// One Swift file: its text, and its code without comments and string contents.
struct SourceFile: Sendable {
    /// Relative to the root of the checkout.
    let path: String
    let text: String
    let code: SwiftCode
    /// Every function with a body, in order.
    let functions: [FoundFunction]

    init?(path: String) {
        guard let text = Checkout.text(of: path) else { return nil }
        self.init(path: path, text: text)
    }

    /// A text, be it in the checkout or not.
    init(path: String, text: String) {
        self.path = path
        self.text = text
        code = SwiftCode(text)
        functions = FunctionFinder.functions(in: code)
    }

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// `Sources/<folder>/<target>/...`: the target, nil elsewhere.
    var target: String? {
        let parts = path.split(separator: "/")
        return parts.count > 3 && parts[0] == "Sources" ? String(parts[2]) : nil
    }

    var isInSetup: Bool { path.contains("/Setup/") }

    /// Runs on threads that may allocate: opening and closing, the control plane's half of the bridge, and what only
    /// that half uses of a target which the bridge may name.
    var isGeneralPurpose: Bool {
        isInSetup || path.hasPrefix("Sources/Bridge/MediaControl/ControlSide/")
            || path.hasPrefix("Sources/Common/Tables/")
    }

    /// The modules imported, with the line of each.
    var imports: [(module: String, line: Int)] {
        let pattern =
            /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var|actor)\s+)?(\w+)/
        return code.lines.enumerated().compactMap { index, line in
            line.prefixMatch(of: pattern).map { (String($0.1), index + 1) }
        }
    }
}
