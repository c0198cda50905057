import Testing
import Timing

@Suite("ISO 8601 time stamps")
struct WallClockText {
    @Test(
        "known instants, there and back",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (1_767_323_045_000_006, "2026-01-02T03:04:05.000006Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
            (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
            (-62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        ])
    func roundTrip(microseconds: Int64, text: String) {
        #expect(WallInstant(microseconds: microseconds).description == text)
        #expect(WallInstant(text: text) == WallInstant(microseconds: microseconds))
    }

    @Test("every day of four centuries comes back")
    func everyDay() {
        for day in stride(from: -73_000 as Int64, through: 73_000, by: 1) {
            let instant = WallInstant(microseconds: day * 86_400_000_000 + 3_600_000_001)
            #expect(WallInstant(text: instant.description) == instant)
        }
    }

    @Test("short fractions, no fraction and bare dates are read")
    func shortForms() {
        #expect(WallInstant(text: "1970-01-01T00:00:01Z")?.microseconds == 1_000_000)
        #expect(WallInstant(text: "1970-01-01T00:00:01.5Z")?.microseconds == 1_500_000)
        #expect(WallInstant(text: "1970-01-02")?.microseconds == 86_400_000_000)
    }

    @Test(
        "dates that do not exist and other forms are refused",
        arguments: [
            "2025-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-04-31", "2026-01-02T24:00:00Z",
            "2026-01-02T03:60:05Z", "2026-01-02T03:04:60Z", "2026-01-02T03:04:05", "2026-01-02T03:04:05.Z",
            "2026-01-02T03:04:05.0000001Z", "2026-01-02T03:04:05+01:00", "2026-1-2", "", "2026-01-02 03:04:05Z",
            "2026-01-02T03:04:05Zx", "-026-01-02",
        ])
    func refusals(text: String) {
        #expect(WallInstant(text: text) == nil)
    }

    @Test("RFC 3550 section 4: the NTP timestamp counts from 1900 with a 32-bit fraction")
    func ntp() {
        let epoch: UInt64 = 2_208_988_800 << 32
        let half: UInt64 = 0x8000_0000
        let before: UInt64 = 2_208_988_799 << 32
        #expect(WallInstant(microseconds: 0).ntp == epoch)
        #expect(WallInstant(microseconds: 500_000).ntp == epoch | half)
        #expect(WallInstant(microseconds: -500_000).ntp == before | half)
    }

    @Test("spans between instants are kept to the microsecond")
    func arithmetic() {
        let instant = WallInstant(microseconds: 1_000_000)
        #expect(instant + .milliseconds(1) - instant == .milliseconds(1))
        #expect(instant - .seconds(2) < WallInstant(microseconds: 0))
    }
}
