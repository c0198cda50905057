import Octets
import Testing

@Suite("RFC 8259 section 7: strings")
struct RFC8259_JSONText {
    @Test(
        "quote, backslash and control characters are escaped, all else stands as it is",
        arguments: [
            ("", "\"\""), ("plain", "\"plain\""), ("a\"b\\c", "\"a\\\"b\\\\c\""),
            ("line\nend\r\t", "\"line\\u000aend\\u000d\\u0009\""),
            ("\u{0}\u{1F}\u{7F}", "\"\\u0000\\u001f\\u007f\""), ("Grüße 🎧", "\"Grüße 🎧\""),
        ])
    func escaping(text: String, expected: String) { #expect(JSONText.quoted(text) == expected) }
}
