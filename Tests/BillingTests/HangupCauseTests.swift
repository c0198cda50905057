import Testing

import Billing

@Suite("RFC 3398 §7.2.4.1 and §8.2.6.1 hang-up causes")
struct HangupCauseTests {
    @Test("busy is 17 both ways")
    func busy() {
        #expect(HangupCause(sipStatus: 486) == .userBusy)
        #expect(HangupCause.userBusy.sipStatus == 486)
    }
}
