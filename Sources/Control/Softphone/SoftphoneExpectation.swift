/// What a run is expected to come to: `completed`, `486`, or `rejected,486,digits=123`.
package struct SoftphoneExpectation: Equatable, Sendable {
    package var outcome: SoftphoneReport.Outcome?
    package var sipCode: Int?
    package var digits: String?

    /// nil when a part is none of the three kinds.
    package init?(text: String) {
        for part in text.split(separator: ",") {
            if let outcome = SoftphoneReport.Outcome(rawValue: String(part)) {
                self.outcome = outcome
            } else if let code = Int(part), (100...699).contains(code) {
                sipCode = code
            } else if part.hasPrefix("digits=") {
                digits = String(part.dropFirst("digits=".count))
            } else {
                return nil
            }
        }
        if outcome == nil, sipCode == nil, digits == nil { return nil }
    }

    /// Without an expectation a run is good when its call completed.
    package static let completion = SoftphoneExpectation(outcome: .completed)

    private init(outcome: SoftphoneReport.Outcome) { self.outcome = outcome }

    package func isMet(by report: SoftphoneReport) -> Bool {
        (outcome.map { $0 == report.outcome } ?? true) && (sipCode.map { $0 == report.sipCode } ?? true)
            && (digits.map { $0 == report.digitsReceived } ?? true)
    }
}
