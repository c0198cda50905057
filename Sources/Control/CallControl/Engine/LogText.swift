/// Text of peers made safe for a log line.
enum LogText {
    /// Printable ASCII stays, all else becomes `\x` and two digits; cut after `limit` octets.
    static func escaped(_ text: String, limit: Int = 80) -> String {
        var result: [UInt8] = []
        for octet in text.utf8.prefix(limit) {
            if (0x20..<0x7F).contains(octet), octet != UInt8(ascii: "\\") {
                result.append(octet)
            } else {
                result += Array("\\x".utf8) + hexadecimal(octet)
            }
        }
        if text.utf8.count > limit { result += Array("...".utf8) }
        return String(decoding: result, as: UTF8.self)
    }

    private static func hexadecimal(_ octet: UInt8) -> [UInt8] {
        [octet >> 4, octet & 15].map { $0 < 10 ? $0 + 48 : $0 + 87 }
    }
}
