/// Cuts messages out of a stream. RFC 3261 sections 7.5 and 18.3, RFC 5626 section 4.4.1 for CRLF keep-alive.
///
/// Holds at most one message of `MessageParser.sizeLimit` octets and what came behind it in one read.
package struct StreamFramer: Sendable {
    package enum Frame: Equatable, Sendable {
        /// The octets of one message.
        case message([UInt8])
        /// CRLF CRLF between messages: to be answered with one CRLF.
        case keepAlive
        /// The stream can be cut no further: answer if possible, then close.
        case broken(MessageProblem)
    }

    private var buffer: [UInt8] = []
    /// Octets before this are consumed.
    private var start = 0
    /// No end of a header section begins before this.
    private var scanned = 0
    private var isBroken = false

    package init() {}

    /// Octets of a message that is not complete.
    package var pendingCount: Int { buffer.count - start }

    package mutating func append(_ octets: some Sequence<UInt8>) {
        if start > 0 {
            buffer.removeSubrange(..<start)
            scanned -= start
            start = 0
        }
        buffer.append(contentsOf: octets)
    }

    /// The next frame; nil if more octets are needed, or after `.broken`.
    package mutating func next() -> Frame? {
        guard !isBroken else { return nil }
        if let ping = skipLineEnds() { return ping }
        guard pendingCount > 0 else { return nil }
        guard let bodyStart = headerEnd() else {
            return pendingCount > MessageParser.sizeLimit ? fail(413, "Header Section Too Large", nil) : nil
        }
        let length: Int
        do { length = try ContentLengthScanner.length(buffer, start..<bodyStart) } catch {
            return fail(400, "Bad Content-Length", Array(buffer[start..<bodyStart]))
        }
        let end = bodyStart + length
        guard end - start <= MessageParser.sizeLimit else {
            return fail(513, "Message Too Large", Array(buffer[start..<bodyStart]))
        }
        guard end <= buffer.count else { return nil }
        defer { consume(to: end) }
        return .message(Array(buffer[start..<end]))
    }

    /// CRLFs before a start line are ignored; two in a row are a ping.
    private mutating func skipLineEnds() -> Frame? {
        while pendingCount >= 2, buffer[start] == Octet.carriageReturn, buffer[start + 1] == Octet.lineFeed {
            let isPing =
                pendingCount >= 4 && buffer[start + 2] == Octet.carriageReturn && buffer[start + 3] == Octet.lineFeed
            if isPing {
                consume(to: start + 4)
                return .keepAlive
            }
            guard pendingCount > 2, pendingCount > 3 || buffer[start + 2] != Octet.carriageReturn else { return nil }
            consume(to: start + 2)
        }
        return nil
    }

    /// Behind the CRLF CRLF that ends the header section.
    private mutating func headerEnd() -> Int? {
        var position = max(start, scanned)
        while let end = LineScanner.lineEnd(buffer, from: position) {
            if end + 3 < buffer.count, buffer[end + 2] == Octet.carriageReturn, buffer[end + 3] == Octet.lineFeed {
                scanned = end
                return end + 4
            }
            if end + 3 >= buffer.count {
                scanned = end
                return nil
            }
            position = end + 2
        }
        scanned = max(position, buffer.count - 1)
        return nil
    }

    private mutating func consume(to end: Int) {
        start = end
        scanned = end
        guard start == buffer.count else { return }
        buffer.removeAll(keepingCapacity: buffer.capacity <= 16_384)
        start = 0
        scanned = 0
    }

    /// - Parameter head: the header section, for an answer; nil if there is none.
    private mutating func fail(_ status: Int, _ reason: String, _ head: [UInt8]?) -> Frame {
        isBroken = true
        buffer = []
        start = 0
        scanned = 0
        guard let head else { return .broken(MessageProblem(status: status, reason: reason)) }
        return .broken(MessageParser.problem(status: status, reason: reason, head: head))
    }
}
