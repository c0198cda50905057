import Billing
import Testing
import Timing

@Suite("RFC 9562 §5.7 UUIDv7")
struct UUIDv7Tests {
    @Test("version, variant and time stand where the RFC puts them")
    func layout() throws {
        var generator = SystemRandomNumberGenerator()
        let id = UUIDv7(at: WallInstant(microseconds: 1_645_557_742_000_500), using: &generator)
        let text = id.description
        // Appendix A.6 has this time as 017F22E2-79B0.
        #expect(text.hasPrefix("017f22e2-79b0-7800-"))
        #expect(text.count == 36)
        let variant = try #require(text.dropFirst(19).first)
        #expect("89ab".contains(variant))
    }

    @Test("the text reads back; anything else does not")
    func text() {
        let id = UUIDv7(high: 0x017F_22E2_79B0_7CC3, low: 0x98C4_DC0C_0C07_398F)
        #expect(id.description == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
        #expect(UUIDv7(text: "017F22E2-79B0-7CC3-98C4-DC0C0C07398F") == id)
        for wrong in [
            "", "017f22e2", "017f22e279b07cc398c4dc0c0c07398f", "017g22e2-79b0-7cc3-98c4-dc0c0c07398f",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0", "017f22e-279b0-7cc3-98c4-dc0c0c07398f",
        ] {
            #expect(UUIDv7(text: wrong) == nil)
        }
    }

    @Test("a later microsecond sorts later")
    func order() {
        var generator = SystemRandomNumberGenerator()
        let ids = (0..<2_000).map {
            UUIDv7(at: WallInstant(microseconds: 1_760_000_000_000_000 + $0), using: &generator)
        }
        #expect(ids == ids.sorted())
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
        #expect(Set(ids).count == ids.count)
    }
}
