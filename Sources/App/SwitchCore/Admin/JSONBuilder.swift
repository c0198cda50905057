import Billing
import Octets

/// Builds one JSON object, its members in the order in which they were added.
struct JSONBuilder {
    private var members: [String] = []

    var text: String { "{" + members.joined(separator: ", ") + "}" }

    mutating func add(_ name: String, _ value: String?) { put(name, value.map(JSONText.quoted) ?? "null") }
    mutating func add(_ name: String, _ value: some BinaryInteger) { put(name, String(value)) }
    mutating func add(_ name: String, _ value: Bool) { put(name, value ? "true" : "false") }
    mutating func add(_ name: String, number value: Double) { put(name, value.isFinite ? String(value) : "null") }
    mutating func add(_ name: String, _ value: JSONBuilder) { put(name, value.text) }

    private mutating func put(_ name: String, _ json: String) { members.append(JSONText.quoted(name) + ": " + json) }

    static func array(_ objects: [JSONBuilder]) -> String { "[" + objects.map(\.text).joined(separator: ", ") + "]" }
}

/// Rows of text in columns as wide as their widest cell.
enum TextTable {
    static func text(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
                .joined(separator: "  ").trimmedRight
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmedRight: String {
        guard let last = lastIndex(where: { $0 != " " }) else { return "" }
        return String(self[...last])
    }
}
