import Billing
import Testing

@Suite("RFC 3261 §21 dispositions")
struct DispositionTests {
    @Test(
        "a final response stands for an outcome",
        arguments: [
            (200, Disposition.answered), (486, .busy), (600, .busy), (487, .cancelled), (408, .noAnswer),
            (480, .noAnswer), (403, .rejected), (401, .rejected), (603, .rejected), (404, .failed), (488, .failed),
            (500, .failed), (503, .failed), (302, .failed),
        ])
    func outcome(status: Int, disposition: Disposition) {
        #expect(Disposition(finalStatus: status) == disposition)
    }
}
