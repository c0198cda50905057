import Foundation
import SIPMessage
import Testing

/// The torture messages beside this file and what their RFC says of them.
struct TortureCorpus {
    /// One row of verdicts.tsv.
    struct Row: CustomTestStringConvertible, Sendable {
        let rfc: String
        let name: String
        /// `accept`, `reject`, `either`, or `-`.
        let verdict: String
        var testDescription: String { "\(rfc) \(name)" }
    }

    static func folder(_ rfc: String) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Torture/\(rfc)")
    }

    static func octets(_ rfc: String, _ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder(rfc).appendingPathComponent(name + ".dat")))
    }

    /// - Parameter column: where the verdict stands.
    static func rows(_ rfc: String, column: Int) -> [Row] {
        let text = (try? String(contentsOf: folder(rfc).appendingPathComponent("verdicts.tsv"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return cells.count > column ? Row(rfc: rfc, name: cells[0], verdict: cells[column]) : nil
        }
    }

    static func files(_ rfc: String) throws -> Set<String> {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder(rfc).path)
        return Set(names.filter { $0.hasSuffix(".dat") }.map { String($0.dropLast(4)) })
    }

    static func request(_ name: String, rfc: String = "rfc4475") throws -> SIPRequest {
        guard case .request(let request) = try MessageParser.parse(datagram: octets(rfc, name)) else {
            throw NotThisKind()
        }
        return request
    }

    static func response(_ name: String) throws -> SIPResponse {
        guard case .response(let response) = try MessageParser.parse(datagram: octets("rfc4475", name)) else {
            throw NotThisKind()
        }
        return response
    }

    static func problem(_ name: String, rfc: String = "rfc4475") throws -> MessageProblem? {
        let octets = try octets(rfc, name)
        do {
            _ = try MessageParser.parse(datagram: octets)
            return nil
        } catch {
            return error
        }
    }

    struct NotThisKind: Error {}
}
