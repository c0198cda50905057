import CallControl
import Foundation
import Octets
import SIPMessage
import SIPTransaction
import Testing
import Timing

/// One row of a verdict table beside the messages.
private struct Verdict {
    let name: String
    let isResponse: Bool
    let mustParse: Bool
    let allowed: [String]

    /// Whether an answer, nil for none, is one that the RFC allows.
    func allows(_ status: Int?) -> Bool {
        guard let status else { return isResponse || allowed.contains("drop") || allowed.contains("-") }
        if allowed.contains(String(status)) { return true }
        return allowed.contains("*") && (status != 400 || !mustParse)
    }
}

private func verdicts(_ folder: String, hasKind: Bool) throws -> [Verdict] {
    let base = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let path = base.appending(path: "SIPMessageTests/Torture/\(folder)/verdicts.tsv").path
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
        let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard columns.count > (hasKind ? 5 : 3), columns[0] != "test", columns[0] != "name" else { return nil }
        return Verdict(
            name: columns[0], isResponse: hasKind && columns[2] == "resp",
            mustParse: columns[hasKind ? 4 : 2] == "accept",
            allowed: columns[hasKind ? 5 : 3].split(separator: "|").map(String.init))
    }
}

private func octets(_ folder: String, _ name: String) throws -> [UInt8] {
    let base = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return Array(try Data(contentsOf: base.appending(path: "SIPMessageTests/Torture/\(folder)/\(name).dat")))
}

@Suite("RFC 4475 and RFC 5118 through parser and engine")
struct Torture {
    @Test(
        "every message gets an answer that its row allows, and OPTIONS is answered after each",
        arguments: [("rfc4475", true), ("rfc5118", false)], ["127.0.8.1", "127.0.5.2"])
    func verdict(table: (folder: String, hasKind: Bool), source: String) throws {
        let all = try verdicts(table.folder, hasKind: table.hasKind)
        #expect(all.count >= 12)
        for verdict in all {
            let bench = try TestSwitch()
            var phone = try Phone("x", source)
            bench.receive(try octets(table.folder, verdict.name), from: phone.hop)
            var statuses = bench.statusesSent
            // A call that goes on is normal processing.
            if statuses.isEmpty, bench.engine.callCount > 0 { statuses = [180] }
            #expect(verdict.allows(statuses.first), "\(verdict.name): \(statuses), allowed \(verdict.allowed)")
            bench.send(try phone.request(.options, to: ""), from: phone)
            _ = try bench.takeResponse(200, to: phone.endpoint)
        }
    }
}
