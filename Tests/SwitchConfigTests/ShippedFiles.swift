import Foundation
import Octets
import SwitchConfig
import Testing

@Suite("The files that come with the switch")
struct ShippedFiles {
    @Test("Config/tandem.yaml says what the code does without a file")
    func standard() throws {
        let file = Sample.root.appendingPathComponent("Config/tandem.yaml").path
        #expect(try ConfigurationFile.load(path: file) == Configuration.standard)
    }

    @Test("the default listens on loopback only")
    func loopback() {
        let standard = Configuration.standard
        #expect(standard.sip.listen.allSatisfy { $0.endpoint.address.isLoopback })
        #expect(standard.media.address.isLoopback)
        #expect(standard.media.ports.pairs == 64)
    }

    @Test("every example is valid")
    func examples() throws {
        let folder = Sample.root.appendingPathComponent("Config/examples")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        #expect(files.count >= 4)
        for file in files.sorted() {
            let text = try Sample.text("Config/examples/\(file)")
            #expect(Sample.problems(text, secrets: Sample.secrets) == [], "\(file)")
        }
    }

    @Test("every key is explained in Docs/Configuration.md, and nothing that is no key")
    func documented() throws {
        let text = try Sample.text("Docs/Configuration.md")
        let known = Set(Configuration.allKeys)
        #expect(known.count > 90)
        for key in known { #expect(text.contains("`\(key)`"), "\(key) is not in Docs/Configuration.md") }
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        for row in rows {
            let key = row.split(separator: "`")[1]
            #expect(known.contains(String(key)), "\(key) is no key")
        }
    }

    @Test("Config/tandem.yaml shows every key outside the lists")
    func shown() throws {
        let lines = try Sample.text("Config/tandem.yaml").split(separator: "\n")
        for key in Configuration.allKeys where !key.contains("[]") {
            let name = key.split(separator: ".").last.map(String.init) ?? key
            let isShown = lines.contains { line in
                line.drop { $0 == " " || $0 == "#" }.hasPrefix("\(name):")
            }
            #expect(isShown, "\(key) is not in Config/tandem.yaml")
        }
    }
}
