/// A response. RFC 3261 section 7.2.
package struct SIPResponse: SIPMessageFields, Equatable, Sendable {
    /// 100...699.
    package var status: Int
    package var reason: String
    package var fields: HeaderFields
    var content: MessageBody

    package init(status: Int, reason: String? = nil, fields: HeaderFields = .init(), body: [UInt8] = []) {
        self.status = status
        self.reason = reason ?? ReasonPhrase.standard(for: status)
        self.fields = fields
        content = MessageBody(body)
    }

    init(status: Int, reason: String, fields: HeaderFields, content: MessageBody) {
        self.status = status
        self.reason = reason
        self.fields = fields
        self.content = content
    }

    /// A response to a request: Via, From, To, Call-ID and CSeq as they came. RFC 3261 section 8.2.6.2.
    /// - Parameters:
    ///   - reason: the reason phrase; nil stands for the usual one.
    ///   - toTag: added to To where the request has no tag there; ignored for 100.
    package init(to request: SIPRequest, status: Int, reason: String? = nil, toTag: String? = nil) {
        self.init(status: status, reason: reason)
        for name: HeaderName in [.via, .from, .to, .callID, .cseq] { fields.append(name, from: request.fields) }
        if status == 100 { fields.append(.timestamp, from: request.fields) }
        guard status != 100, let toTag, var to = request.to, to.tag == nil else { return }
        to.tag = toTag
        fields.set(.to, to.description)
    }

    /// Copies Record-Route from the request, as responses that create a dialog need. Section 12.1.1.
    package mutating func copyRecordRoute(from request: SIPRequest) {
        fields.append(.recordRoute, from: request.fields)
    }

    package var body: [UInt8] {
        get { content.array }
        set { content = MessageBody(newValue) }
    }

    package var bodyCount: Int { content.count }

    package var isProvisional: Bool { status < 200 }
    package var isSuccess: Bool { (200..<300).contains(status) }
    package var isRedirect: Bool { (300..<400).contains(status) }
    package var isFinal: Bool { status >= 200 }

    /// The message as it goes on the wire. Content-Length is always written, from the body.
    package func serialized() -> [UInt8] {
        MessageWriter.message(fields: fields, content: content) { octets in
            octets.append(contentsOf: MessageWriter.statusLineStart)
            MessageWriter.append(String(status), to: &octets)
            octets.append(Octet.space)
            MessageWriter.append(reason, to: &octets)
            octets.append(contentsOf: MessageWriter.lineEnd)
        }
    }
}
