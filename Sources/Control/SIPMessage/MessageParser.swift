/// Reads one whole message: a datagram, or what `StreamFramer` cut out of a stream. RFC 3261 section 7.
package enum MessageParser {
    /// A message may have so many octets: what one UDP datagram could carry.
    package static let sizeLimit = 65_535

    /// - Parameter datagram: the octets of one message. Those behind Content-Length are left out (section 18.3).
    /// - Throws: a problem that says how to answer.
    package static func parse(datagram: consuming [UInt8]) throws(MessageProblem) -> ParsedMessage {
        var octets = datagram
        guard octets.count <= sizeLimit else { throw MessageProblem(status: 513, reason: "Message Too Large") }
        let start = octets.firstIndex { $0 != Octet.carriageReturn && $0 != Octet.lineFeed } ?? 0
        guard let lineEnd = LineScanner.lineEnd(octets, from: start) else {
            throw MessageProblem(status: 400, reason: "Bad Request Line")
        }
        let index = FieldIndexer(&octets, from: lineEnd + 2)
        let fields = HeaderFields(source: octets, entries: index.entries)
        do {
            let line = try StartLine(octets, start..<lineEnd)
            return try message(line, fields, index)
        } catch let problem as StartLine.Problem {
            throw MessageProblem(
                status: problem.status, reason: problem.reason,
                answerable: problem.isResponse ? nil : answerable(problem.method, fields),
                isResponse: problem.isResponse)
        } catch let problem as MessageProblem {
            throw problem
        } catch {
            throw MessageProblem(status: 400, reason: ReasonPhrase.standard(for: 400))
        }
    }

    private static func message(
        _ line: StartLine, _ fields: HeaderFields, _ index: FieldIndexer
    ) throws(MessageProblem) -> ParsedMessage {
        switch line {
        case .request(let method, let uri):
            do {
                let body = try FieldValidator.check(fields, index, method: method)
                return .request(SIPRequest(method: method, uri: uri, fields: fields, content: body))
            } catch {
                throw MessageProblem(
                    status: error.status, reason: error.reason, answerable: answerable(method, fields))
            }
        case .response(let status, let reason):
            do {
                let body = try FieldValidator.check(fields, index, method: nil)
                return .response(SIPResponse(status: status, reason: reason, fields: fields, content: body))
            } catch {
                throw MessageProblem(status: error.status, reason: error.reason, isResponse: true)
            }
        }
    }

    /// What an answer can be made from. An ACK is never answered, and without a Via there is no way back.
    private static func answerable(_ method: SIPMethod?, _ fields: HeaderFields) -> SIPRequest? {
        guard let method, method != .ack, fields.contains(.via) else { return nil }
        return SIPRequest(method: method, uri: .other(scheme: "invalid", "invalid"), fields: fields)
    }

    /// A problem found before parsing, with what an answer needs out of the header section.
    static func problem(status: Int, reason: String, head: consuming [UInt8]) -> MessageProblem {
        var octets = head
        guard let lineEnd = LineScanner.lineEnd(octets, from: 0) else {
            return MessageProblem(status: status, reason: reason)
        }
        let index = FieldIndexer(&octets, from: lineEnd + 2)
        var cursor = OctetCursor(octets, 0..<lineEnd)
        let isResponse = lineEnd > 4 && cursor.matches(0..<4, "sip/")
        let method = SIPMethod(cursor.text(cursor.run(of: .token)))
        let fields = HeaderFields(source: octets, entries: index.entries)
        return MessageProblem(
            status: status, reason: reason, answerable: isResponse ? nil : answerable(method, fields),
            isResponse: isResponse)
    }
}
