import Softphone
import Testing

@Suite("Reports and expectations")
struct Reports {
    @Test("JSON: one line, fixed order, text escaped")
    func json() {
        var report = SoftphoneReport()
        report.outcome = .noAnswer
        report.sipCode = 408
        report.reason = "Request \"Time\\out\"\u{1}"
        report.statuses = [100, 180]
        report.jitter = 50
        report.mos = 405
        report.talkMilliseconds = 7
        report.digitsReceived = "1#"
        #expect(
            report.json
                == #"{"outcome":"no_answer","sip_code":408,"reason":"Request \"Time\\out\"\u0001","#
                + #""statuses":[100,180],"call_id":"","remote":"","ended_by":null,"setup_ms":null,"ring_ms":null,"#
                + #""talk_ms":7,"codec":null,"packets_sent":0,"packets_received":0,"lost":0,"jitter_ms":0.050,"#
                + #""mos":4.05,"digits_sent":"","digits_received":"1#","holds":0,"held_by_peer":0,"#
                + #""register":"none","register_code":0}"#)
    }

    @Test("no packet received: no MOS")
    func noMOS() {
        #expect(SoftphoneReport().json.contains(#""mos":null"#))
    }

    @Test("expectations: outcome, code, digits")
    func expectations() throws {
        var report = SoftphoneReport()
        report.outcome = .rejected
        report.sipCode = 486
        report.digitsReceived = "12"
        #expect(try #require(SoftphoneExpectation(text: "rejected")).isMet(by: report))
        #expect(try #require(SoftphoneExpectation(text: "rejected,486,digits=12")).isMet(by: report))
        #expect(!(try #require(SoftphoneExpectation(text: "487")).isMet(by: report)))
        #expect(!(try #require(SoftphoneExpectation(text: "digits=1")).isMet(by: report)))
        #expect(!SoftphoneExpectation.completion.isMet(by: report))
        #expect(SoftphoneExpectation(text: "") == nil)
        #expect(SoftphoneExpectation(text: "busy!") == nil)
        #expect(SoftphoneExpectation(text: "99") == nil)
    }
}
