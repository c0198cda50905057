/// What an interface had before it was taken over, as a text that is kept in a file until it is given back.
///
///     tandem interface 1
///     10 <hex>
///     14 <hex>
///     18 <hex>          kind of message and its body
///     end
package struct InterfaceState: Equatable, Sendable {
    private static let title = "tandem interface 1"

    package let messages: [NetlinkMessage]

    package init(messages: [NetlinkMessage]) { self.messages = messages }

    /// - Returns: nil if the text is none of this version, or was cut.
    package init?(text: String) {
        var lines = text.split(separator: "\n")
        guard lines.count > 1, lines.removeFirst() == Self.title, lines.removeLast() == "end" else { return nil }
        var messages: [NetlinkMessage] = []
        for line in lines {
            let words = line.split(separator: " ")
            guard words.count == 2, let kind = UInt16(words[0], radix: 16), let body = Self.octets(words[1]) else {
                return nil
            }
            messages.append(NetlinkMessage(kind: kind, sequence: 0, body: body))
        }
        self.messages = messages
    }

    package var text: String {
        let lines = messages.map { message in
            let kind = String(message.kind, radix: 16)
            return "\(kind) " + message.body.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        return ([Self.title] + lines + ["end", ""]).joined(separator: "\n")
    }

    private static func octets(_ text: Substring) -> [UInt8]? {
        guard text.utf8.count % 2 == 0 else { return nil }
        var octets: [UInt8] = []
        var rest = text
        while !rest.isEmpty {
            guard let octet = UInt8(rest.prefix(2), radix: 16) else { return nil }
            octets.append(octet)
            rest = rest.dropFirst(2)
        }
        return octets
    }
}
