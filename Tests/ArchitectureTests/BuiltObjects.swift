import Foundation

/// The object files beside the running test, one for each source file of a debug build.
enum BuiltObjects {
    struct Reference {
        let function: String
        let symbol: String
    }

    /// Folder of this build: it holds the test executable and a folder `<Target>.build` for each target.
    static var folder: URL? {
        let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let candidates = sequence(first: executable.deletingLastPathComponent()) { $0.deletingLastPathComponent() }
        return candidates.prefix(4).first { folder in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
            return names.contains { $0.hasSuffix("Tests.build") }
        }
    }

    /// The object of one source file; nil if it was not built.
    static func object(of file: SourceFile) -> String? {
        guard let folder, let target = file.target else { return nil }
        let below = file.path.split(separator: "/").dropFirst(3).joined(separator: "/")
        let candidates = [file.name, below].map { folder.appending(path: "\(target).build/\($0).o") }
        return candidates.map { $0.path(percentEncoded: false) }.first(where: FileManager.default.fileExists(atPath:))
    }

    /// Path of one of the tools, wherever the system has it; nil if it has none.
    static func tool(_ names: String...) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        for name in names {
            for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
                return "\(folder)/\(name)"
            }
        }
        return nil
    }

    /// What a tool prints; nil if it fails.
    static func output(_ tool: String, _ arguments: [String]) -> String? {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: tool)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let octets = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: octets, as: UTF8.self) : nil
    }

    /// Every symbol that a function of an object refers to, from `objdump -dr`.
    static func references(in disassembly: String) -> [Reference] {
        var references: [Reference] = []
        var function = ""
        for line in disassembly.utf8.split(separator: UInt8(ascii: "\n")) {
            if line.last == UInt8(ascii: ":"), let open = line.firstIndex(of: UInt8(ascii: "<")) {
                function = String(Substring(line[line.index(after: open)...].dropLast(2)))
            } else if let symbol = relocation(Substring(line)) {
                references.append(Reference(function: function, symbol: symbol))
            }
        }
        return references
    }

    /// Name behind a relocation such as `R_X86_64_PLT32 swift_release-0x4`.
    private static func relocation(_ line: Substring) -> String? {
        guard line.utf8.contains(UInt8(ascii: "R")), let start = line.firstRange(of: "R_") else { return nil }
        let fields = line[start.lowerBound...].split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard fields.count >= 2 else { return nil }
        var name = fields[1]
        for sign in ["-0x", "+0x"] {
            if let addend = name.firstRange(of: sign) { name = name[..<addend.lowerBound] }
        }
        return String(name)
    }
}
