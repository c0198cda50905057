import Billing
import Testing

@Suite("RFC 3398 §7.2.4.1 and §8.2.6.1 hang-up causes")
struct HangupCauseTests {
    @Test(
        "cause to status, as the table says",
        arguments: [
            (1, 404), (2, 404), (3, 404), (17, 486), (18, 408), (19, 480), (20, 480), (21, 403), (22, 410), (23, 410),
            (26, 404), (27, 502), (28, 484), (29, 501), (31, 480), (34, 503), (38, 503), (41, 503), (42, 503),
            (47, 503), (55, 403), (57, 403), (58, 503), (65, 488), (70, 488), (79, 501), (87, 403), (88, 503),
            (102, 504), (111, 500), (127, 500),
        ])
    func toStatus(cause: Int, status: Int) throws {
        let cause = try #require(HangupCause(rawValue: UInt8(cause)))
        #expect(cause.sipStatus == status)
    }

    @Test(
        "status to cause, as the table says",
        arguments: [
            (400, 41), (401, 21), (402, 21), (403, 21), (404, 1), (405, 63), (406, 79), (407, 21), (408, 102),
            (410, 22), (413, 127), (414, 127), (415, 79), (416, 127), (420, 127), (421, 127), (423, 127), (480, 18),
            (481, 41), (482, 25), (483, 25), (484, 28), (485, 1), (486, 17), (500, 41), (501, 79), (502, 38), (503, 41),
            (504, 102), (505, 127), (513, 127), (600, 17), (603, 21), (604, 1),
        ])
    func toCause(status: Int, cause: UInt8) {
        #expect(HangupCause(sipStatus: status).rawValue == cause)
    }

    @Test("what the table leaves out: a hang-up, a cancelled call, a refused codec, an unknown status")
    func beyond() {
        #expect(HangupCause(sipStatus: 200) == .normalClearing)
        #expect(HangupCause(sipStatus: 487) == .normalClearing)
        #expect(HangupCause(sipStatus: 488) == .bearerNotImplemented)
        #expect(HangupCause(sipStatus: 606) == .bearerNotImplemented)
        #expect(HangupCause(sipStatus: 499) == .normalUnspecified)
    }

    @Test("only 1...127 is a cause")
    func bounds() {
        #expect(HangupCause(rawValue: 0) == nil)
        #expect(HangupCause(rawValue: 128) == nil)
        #expect(HangupCause(rawValue: 127) == .interworking)
    }

    @Test("every cause refuses with a final response other than 2xx")
    func everyStatus() throws {
        for value in 1...127 as ClosedRange<UInt8> {
            let cause = try #require(HangupCause(rawValue: value))
            #expect((400...699).contains(cause.sipStatus))
        }
    }
}
