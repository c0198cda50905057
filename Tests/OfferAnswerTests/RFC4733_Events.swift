import OfferAnswer
import Testing

@Suite("RFC 4733 §2.4.1 lists of events")
struct RFC4733_Events {
    @Test(
        "lists are read and written",
        arguments: [("0-15", "0-15"), ("0-16", "0-16"), ("0-11,66", "0-11"), ("5,3,4", "3-5"), ("63", "63")])
    func lists(text: String, expected: String) {
        #expect(TelephoneEvents(fmtp: text).fmtp == expected)
    }

    @Test("a missing or unreadable list means the digits", arguments: [nil, "", "x", "9-2", "300"])
    func missing(text: String?) {
        #expect(TelephoneEvents(fmtp: text) == .digits)
    }

    @Test("what both take")
    func common() {
        #expect(TelephoneEvents.digitsAndFlash.limited(to: .digits) == .digits)
        #expect(TelephoneEvents.digitsAndFlash.contains(16))
        #expect(!TelephoneEvents.digits.contains(200))
    }
}
