/// Fields that are a number, a token or a list of tokens.
extension SIPMessageFields {
    /// 0...255; nil if absent. Section 20.22.
    package var maxForwards: Int? {
        get { number(.maxForwards, upTo: 255).map(Int.init) }
        set { write(.maxForwards, newValue) }
    }

    /// Seconds; nil if absent. What does not fit 32 bits, or is no number, counts as absent (RFC 4475 3.1.2.4).
    package var expires: UInt32? {
        get { number(.expires, upTo: UInt64(UInt32.max)) }
        set { write(.expires, newValue) }
    }

    package var minExpires: UInt32? {
        get { number(.minExpires, upTo: UInt64(UInt32.max)) }
        set { write(.minExpires, newValue) }
    }

    /// Seconds, before any comment or parameter. Section 20.33.
    package var retryAfter: UInt32? {
        get { number(.retryAfter, upTo: UInt64(UInt32.max)) }
        set { write(.retryAfter, newValue) }
    }

    /// RFC 3262 section 7.1.
    package var rseq: UInt32? {
        get { number(.rseq, upTo: UInt64(UInt32.max)) }
        set { write(.rseq, newValue) }
    }

    /// `type/subtype` in lower case, without parameters.
    package var contentType: String? {
        get {
            guard let text = fields.first(.contentType) else { return nil }
            let type = text.utf8.prefix { $0 != Octet.semicolon }.filter { !$0.isSpace }
            return String(decoding: type, as: UTF8.self).lowercased()
        }
        set { write(.contentType, newValue) }
    }

    /// The token before any parameter, in lower case: `session`, `render`, ...
    package var contentDisposition: String? {
        fields.first(.contentDisposition).map { $0.prefix { $0 != ";" && $0 != " " }.lowercased() }
    }

    package var require: [String] { fields.values(.require) }
    package var proxyRequire: [String] { fields.values(.proxyRequire) }
    package var supported: [String] { fields.values(.supported) }
    package var unsupported: [String] { fields.values(.unsupported) }

    /// Methods of the Allow field; nil where there is none, which says nothing.
    package var allow: [SIPMethod]? {
        fields.contains(.allow) ? fields.values(.allow).map { SIPMethod($0) } : nil
    }

    /// Whether Supported or Require names this option tag.
    package func offers(_ optionTag: String) -> Bool {
        fields.lists(.supported, optionTag) || fields.lists(.require, optionTag)
    }

    /// Reason values. RFC 3326.
    package var reasons: [ReasonField] {
        get { fields.values(.reason).compactMap { try? ReasonField(parsing: $0) } }
        set { fields.set(.reason, to: newValue.map(\.description)) }
    }

    /// The first Reason value.
    package var reasonHeader: ReasonField? {
        get { reasons.first }
        set { reasons = newValue.map { [$0] } ?? [] }
    }

    package var warnings: [WarningField] {
        get { fields.values(.warning).compactMap { try? WarningField(parsing: $0) } }
        set { fields.set(.warning, to: newValue.map(\.description)) }
    }

    private func number(_ known: KnownHeader, upTo limit: UInt64) -> UInt32? {
        guard let entry = fields.firstEntry(known) else { return nil }
        var cursor = fields.cursor(entry)
        cursor.skipSpace()
        return (try? cursor.number(upTo: limit)).map { UInt32(truncatingIfNeeded: $0) }
    }
}
