import Yams

/// Finds list elements that share the value of a key which has to be unique.
struct DuplicateCheck {
    private let top: ConfigSection

    init(_ top: ConfigSection) { self.top = top }

    func check(_ list: String, key: String) {
        var lines: [String: Int] = [:]
        for (index, value) in top.scalars(list, key: key) {
            guard let first = lines[value.text] else {
                lines[value.text] = value.line
                continue
            }
            top.reader.report(
                "\"\(value.text)\" stands in line \(first) already.", at: value.line, path: "\(list)[\(index)].\(key)")
        }
    }
}

extension ConfigSection {
    /// The values of one key in all elements of a list.
    func names(_ list: String, key: String) -> [String] { scalars(list, key: key).map(\.value.text) }

    fileprivate func scalars(_ list: String, key: String) -> [(index: Int, value: (text: String, line: Int))] {
        guard case .sequence(let elements) = node(list) else { return [] }
        return elements.enumerated().compactMap { index, element in
            guard let scalar = element.mapping?[key]?.scalar else { return nil }
            return (index, (scalar.string, scalar.mark?.line ?? element.line))
        }
    }
}
