/// Checks what a message must have before anything is done with it. RFC 3261 sections 8.1.1 and 8.2, RFC 4475.
enum FieldValidator {
    struct Refusal: Error {
        let status: Int
        let reason: String

        init(_ reason: String, status: Int = 400) {
            self.status = status
            self.reason = reason
        }
    }

    /// - Parameter method: nil for a response.
    /// - Returns: the body, cut to Content-Length.
    static func check(
        _ fields: HeaderFields, _ index: FieldIndexer, method: SIPMethod?
    ) throws(Refusal) -> MessageBody {
        if let problem = index.problem { throw Refusal("Bad Header Field: " + problem.label) }
        guard let bodyStart = index.bodyStart else { throw Refusal("Incomplete Header Section") }
        try checkCounts(fields)
        try checkSequence(fields, method)
        try checkAddresses(fields, isRequest: method != nil)
        try checkNumbers(fields)
        return try body(fields, from: bodyStart)
    }

    /// Fields that are there once, and fields that are there at most once.
    private static func checkCounts(_ fields: HeaderFields) throws(Refusal) {
        var vias = 0
        var seen = SeenOnce()
        for entry in fields.entries {
            guard let known = entry.known else { continue }
            if known == .via { vias += 1 }
            if !seen.note(known) { throw Refusal("Repeated " + known.rawValue) }
        }
        guard vias > 0 else { throw Refusal("Missing Via") }
        for known in SeenOnce.required where !seen.has(known) { throw Refusal("Missing " + known.rawValue) }
    }

    private static func checkSequence(_ fields: HeaderFields, _ method: SIPMethod?) throws(Refusal) {
        let sequence = try view(fields, .cseq) { (cursor) throws(SyntaxProblem) in try CSeqField(parsing: &cursor) }
        guard let method, let sequence, sequence.method != method else { return }
        throw method.isWellKnown
            ? Refusal("CSeq Method Mismatch") : Refusal(ReasonPhrase.standard(for: 501), status: 501)
    }

    private static func checkAddresses(_ fields: HeaderFields, isRequest: Bool) throws(Refusal) {
        _ = try view(fields, .via) { (cursor) throws(SyntaxProblem) in
            _ = try ViaField(parsing: &cursor)
            cursor.skipSpace()
            guard cursor.isAtEnd || cursor.current == Octet.comma else { throw .trailing }
        }
        for known in [KnownHeader.from, .to] {
            _ = try view(fields, known) { (cursor) throws(SyntaxProblem) in
                _ = try NameAddress(parsing: &cursor)
                try cursor.expectEnd()
            }
        }
        guard isRequest else { return }
        for entry in fields.entries {
            guard let known = entry.known, [.contact, .route, .recordRoute].contains(known) else { continue }
            do { try checkList(fields.cursor(entry), wildcard: known == .contact) } catch {
                throw refusal(known, error)
            }
        }
    }

    private static func checkList(_ start: OctetCursor, wildcard: Bool) throws(SyntaxProblem) {
        var cursor = start
        if wildcard, cursor.end == cursor.position + 1, cursor.current == Octet.asterisk { return }
        repeat { _ = try NameAddress(parsing: &cursor) } while cursor.takeSeparator(Octet.comma)
        try cursor.expectEnd()
    }

    private static func checkNumbers(_ fields: HeaderFields) throws(Refusal) {
        _ = try view(fields, .maxForwards) { (cursor) throws(SyntaxProblem) in
            _ = try cursor.number(upTo: 255)
            try cursor.expectEnd()
        }
        _ = try view(fields, .callID) { (cursor) throws(SyntaxProblem) in
            guard !cursor.run(of: .word).isEmpty else { throw .empty }
            try cursor.expectEnd()
        }
    }

    /// Section 18.3: a datagram's body ends with Content-Length, or with the datagram where there is none.
    private static func body(_ fields: HeaderFields, from start: Int) throws(Refusal) -> MessageBody {
        let available = fields.source.count - start
        let length = try view(fields, .contentLength) { (cursor) throws(SyntaxProblem) in
            let length = try cursor.number(upTo: UInt64(UInt32.max))
            try cursor.expectEnd()
            return length
        }
        guard let length else { return MessageBody(of: fields.source, start..<fields.source.count) }
        guard length <= UInt64(available) else { throw Refusal("Content-Length Beyond Message") }
        return MessageBody(of: fields.source, start..<start + Int(length))
    }

    private static func view<Value>(
        _ fields: HeaderFields, _ known: KnownHeader,
        _ read: (inout OctetCursor) throws(SyntaxProblem) -> Value
    ) throws(Refusal) -> Value? {
        guard let entry = fields.firstEntry(known) else { return nil }
        var cursor = fields.cursor(entry)
        do { return try read(&cursor) } catch { throw refusal(known, error) }
    }

    private static func refusal(_ known: KnownHeader, _ problem: SyntaxProblem) -> Refusal {
        Refusal(known.rawValue + ": " + problem.label)
    }
}

/// Which of the fields that may stand once have been seen.
private struct SeenOnce {
    static let required: [KnownHeader] = [.from, .to, .callID, .cseq]
    private static let once: [KnownHeader] = [
        .from, .to, .callID, .cseq, .maxForwards, .contentLength, .contentType, .expires,
    ]
    private var bits: UInt8 = 0

    /// False if the field may stand once and stands twice.
    mutating func note(_ known: KnownHeader) -> Bool {
        guard let index = Self.once.firstIndex(of: known) else { return true }
        defer { bits |= 1 << UInt8(index) }
        return bits >> UInt8(index) & 1 == 0
    }

    func has(_ known: KnownHeader) -> Bool {
        guard let index = Self.once.firstIndex(of: known) else { return false }
        return bits >> UInt8(index) & 1 == 1
    }
}
