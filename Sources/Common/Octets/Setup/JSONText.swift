/// Text as a JSON string. RFC 8259 §7.
package enum JSONText {
    /// Quotes included; control characters, quote and backslash escaped, everything else as it stands.
    package static func quoted(_ text: String) -> String {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        result.reserveCapacity(text.utf8.count + 2)
        append(text, to: &result)
        result.append(UInt8(ascii: "\""))
        return String(decoding: result, as: UTF8.self)
    }

    /// The escaped text without quotes, appended as UTF-8.
    package static func append(_ text: String, to output: inout [UInt8]) {
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "\""): output += [UInt8(ascii: "\\"), UInt8(ascii: "\"")]
            case UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
            case 0x00..<0x20, 0x7F: output += escape(octet)
            default: output.append(octet)
            }
        }
    }

    private static func escape(_ octet: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return Array("\\u00".utf8) + [digits[Int(octet >> 4)], digits[Int(octet & 0x0F)]]
    }
}
