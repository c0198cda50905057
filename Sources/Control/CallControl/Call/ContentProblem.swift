import SIPDialog
import SIPMessage

/// Why the body of an INVITE, or what its sender accepts, does not go with us. RFC 3261 §8.2.3, §21.4.
struct ContentProblem {
    let status: Int
    let headers: HeaderLines

    init?(_ request: SIPRequest) {
        let supported: HeaderLines = [(.accept, "application/sdp"), (.acceptEncoding, "identity")]
        if request.bodyCount > 0 {
            let encodings = request.fields.values(.contentEncoding).map { $0.lowercased() }
            guard request.contentType == "application/sdp", encodings.allSatisfy({ $0 == "identity" }) else {
                self.init(status: 415, headers: supported)
                return
            }
        }
        let accepted = request.fields.values(.accept)
        guard accepted.isEmpty || accepted.contains(where: Self.takesDescriptions) else {
            let warning = WarningField(code: 399, agent: "tandem", text: "Session descriptions only")
            self.init(status: 406, headers: [(.warning, warning.description)])
            return
        }
        return nil
    }

    private init(status: Int, headers: HeaderLines) {
        self.status = status
        self.headers = headers
    }

    private static func takesDescriptions(_ range: String) -> Bool {
        let type = range.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
        return type == "application/sdp" || type == "application/*" || type == "*/*"
    }
}
