import SIPTransaction
import Testing

@Suite("Tokens")
struct TokenSourceTests {
    @Test("SipHash-2-4 of the paper's test vector for eight octets")
    func vector() {
        let key: (UInt64, UInt64) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
        #expect(TokenSource.sipHash(of: 0x0706_0504_0302_0100, key: key) == 0x93f5_f579_9a93_2462)
    }

    @Test("a source never repeats itself, and another key gives others")
    func distinct() {
        var source = TokenSource(key: (1, 2))
        var other = TokenSource(key: (1, 3))
        let tokens = (0..<10_000).map { _ in source.next() }
        #expect(Set(tokens).count == tokens.count)
        #expect(!tokens.contains(other.next()))
    }

    @Test("text has sixteen digits, leading zeros kept")
    func text() {
        #expect(TokenSource.text(0xab) == "00000000000000ab")
        #expect(TokenSource.text(.max) == "ffffffffffffffff")
    }
}
