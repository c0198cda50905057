/// A request. RFC 3261 section 7.1.
package struct SIPRequest: SIPMessageFields, Equatable, Sendable {
    package var method: SIPMethod
    package var uri: RequestURI
    package var fields: HeaderFields
    var content: MessageBody

    package init(method: SIPMethod, uri: RequestURI, fields: HeaderFields = .init(), body: [UInt8] = []) {
        self.method = method
        self.uri = uri
        self.fields = fields
        content = MessageBody(body)
    }

    init(method: SIPMethod, uri: RequestURI, fields: HeaderFields, content: MessageBody) {
        self.method = method
        self.uri = uri
        self.fields = fields
        self.content = content
    }

    package var body: [UInt8] {
        get { content.array }
        set { content = MessageBody(newValue) }
    }

    package var bodyCount: Int { content.count }

    /// The message as it goes on the wire. Content-Length is always written, from the body.
    package func serialized() -> [UInt8] {
        MessageWriter.message(fields: fields, content: content) { octets in
            MessageWriter.appendToken(method.name, to: &octets)
            octets.append(Octet.space)
            MessageWriter.appendURI(uri.description, to: &octets)
            octets.append(contentsOf: MessageWriter.requestLineEnd)
        }
    }
}
