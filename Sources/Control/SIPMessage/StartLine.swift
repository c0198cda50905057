/// The first line of a message. RFC 3261 sections 7.1 and 7.2.
enum StartLine {
    case request(SIPMethod, RequestURI)
    case response(status: Int, reason: String)

    /// Why a first line is refused.
    struct Problem: Error {
        let status: Int
        let reason: String
        let isResponse: Bool
        /// The method, where it could be read.
        let method: SIPMethod?
    }

    /// - Parameter line: the line without its CRLF.
    init(_ octets: [UInt8], _ line: Range<Int>) throws(Problem) {
        var cursor = OctetCursor(octets, line)
        if line.count > 4, cursor.matches(line.lowerBound..<line.lowerBound + 4, "sip/") {
            self = try Self.statusLine(&cursor)
        } else {
            self = try Self.requestLine(&cursor)
        }
    }

    private static func statusLine(_ cursor: inout OctetCursor) throws(Problem) -> StartLine {
        func refusal(_ reason: String) -> Problem {
            Problem(status: 400, reason: reason, isResponse: true, method: nil)
        }
        let version = version(&cursor)
        guard let version, cursor.take(Octet.space) else { throw refusal("Bad Status Line") }
        guard version == (2, 0) else { throw refusal("Version Not Supported") }
        let digits = cursor.run(of: .digit)
        guard digits.count == 3, cursor.take(Octet.space) || cursor.isAtEnd else { throw refusal("Bad Status Code") }
        let status = cursor.octets[digits].reduce(0) { $0 * 10 + Int($1 - 48) }
        guard (100..<700).contains(status) else { throw refusal("Bad Status Code") }
        guard !LineScanner.holdsLineBreak(cursor.octets, cursor.position..<cursor.end) else {
            throw refusal("Bad Status Line")
        }
        return .response(status: status, reason: cursor.text(cursor.position..<cursor.end))
    }

    private static func requestLine(_ cursor: inout OctetCursor) throws(Problem) -> StartLine {
        let name = cursor.run(of: .token)
        guard !name.isEmpty, cursor.take(Octet.space) else {
            throw Problem(status: 400, reason: "Bad Request Line", isResponse: false, method: nil)
        }
        let method = SIPMethod(cursor.text(name))
        func refusal(_ status: Int, _ reason: String) -> Problem {
            Problem(status: status, reason: reason, isResponse: false, method: method)
        }
        let start = cursor.position
        guard let last = cursor.octets[start..<cursor.end].lastIndex(of: Octet.space), last > start else {
            throw refusal(400, "Bad Request Line")
        }
        cursor.position = last + 1
        guard let version = version(&cursor), cursor.isAtEnd else { throw refusal(400, "Bad Request Line") }
        guard version == (2, 0) else { throw refusal(505, ReasonPhrase.standard(for: 505)) }
        guard last - start <= RequestURI.lengthLimit else { throw refusal(414, ReasonPhrase.standard(for: 414)) }
        var target = cursor.narrowed(to: start..<last)
        do {
            let uri = try RequestURI(parsing: &target)
            guard uri.sip?.headers.isEmpty ?? true else { throw SyntaxProblem.uri }
            return .request(method, uri)
        } catch {
            throw refusal(400, "Bad Request-URI")
        }
    }

    /// `SIP/1*DIGIT.1*DIGIT`, without case; nil if it is none.
    private static func version(_ cursor: inout OctetCursor) -> (major: UInt64, minor: UInt64)? {
        let name = cursor.run(of: .alpha)
        guard cursor.matches(name, "sip"), cursor.take(Octet.slash) else { return nil }
        guard let major = try? cursor.number(upTo: 9_999), cursor.take(46) else { return nil }
        guard let minor = try? cursor.number(upTo: 9_999) else { return nil }
        return (major, minor)
    }
}
