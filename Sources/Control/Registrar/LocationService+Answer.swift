import SIPMessage
import SIPTransaction
import Timing

extension LocationService {
    /// 200 with every binding of the account and the seconds that each has left. RFC 3261 §10.3 step 8.
    func success(
        _ request: SIPRequest, _ account: String, toTag: String, now: MonotonicInstant, wall: WallInstant
    ) -> SIPResponse {
        var response = SIPResponse(to: request, status: 200, toTag: toTag)
        for binding in bindings(of: account, now: now) {
            var contact = binding.contact
            contact.params.setRaw("expires", String((binding.expires - now).roundedSeconds))
            response.fields.append(.contact, contact.description)
        }
        // RFC 3327 §5.3: the path goes back to a phone that knows the extension.
        if request.offers("path") { response.fields.append(.path, from: request.fields) }
        response.fields.append(.supported, "path")
        response.fields.append(.date, HTTPDate.text(wall))
        return response
    }

    func refusal(_ request: SIPRequest, _ problem: RegistrationProblem, toTag: String) -> SIPResponse {
        var response = SIPResponse(to: request, status: problem.status, reason: problem.reason, toTag: toTag)
        if problem == .tooBrief { response.minExpires = policy.shortest }
        return response
    }
}

extension TimeSpan {
    /// To the nearest second, so that what was granted a moment ago reads as granted.
    fileprivate var roundedSeconds: Int { (self + .milliseconds(500)).wholeSeconds }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`. RFC 3261 §20.17.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// For the years 1970 to 9999, whose ISO form has its parts in fixed places.
    static func text(_ wall: WallInstant) -> String {
        let iso = Array(wall.description.utf8)
        guard wall.microseconds >= 0, iso.count >= 19 else { return "Thu, 01 Jan 1970 00:00:00 GMT" }
        func part(_ range: Range<Int>) -> String { String(decoding: iso[range], as: UTF8.self) }
        let day = days[Int(wall.microseconds / 86_400_000_000 % 7)]
        let month = months[(Int(part(5..<7)) ?? 1) - 1]
        return "\(day), \(part(8..<10)) \(month) \(part(0..<4)) \(part(11..<19)) GMT"
    }
}
