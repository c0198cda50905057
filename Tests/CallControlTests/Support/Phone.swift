import Octets
import SIPAuth
import SIPMessage
import SIPTransaction
import Testing
import Timing

/// A user agent made of messages: no machine of its own, so that a test says every step.
struct Phone {
    let user: String
    let endpoint: InetEndpoint
    var transport = TransportKind.udp
    private(set) var sequence: UInt32 = 0
    private var branch = 0

    init(_ user: String, _ address: String, port: UInt16 = 5060) throws {
        self.user = user
        endpoint = InetEndpoint(address: try #require(InetAddress(text: address)), port: port)
    }

    var hop: Hop { Hop(transport: transport, remote: endpoint, local: TestSwitch.address, connection: 0) }

    static let sdp = description()

    static func description(
        port: Int = 4000, formats: String = "0 8 101", direction: String = "sendrecv", address: String = "127.0.9.9",
        version: Int = 1
    ) -> String {
        """
        v=0\r
        o=- 1 \(version) IN IP4 \(address)\r
        s=-\r
        c=IN IP4 \(address)\r
        t=0 0\r
        m=audio \(port) RTP/AVP \(formats)\r
        a=rtpmap:101 telephone-event/8000\r
        a=\(direction)\r

        """
    }

    private mutating func nextBranch(_ callID: String?) -> String {
        branch += 1
        return "z9hG4bK\(user)-\(callID ?? "")-\(branch)"
    }

    /// A request outside of a dialog.
    mutating func request(
        _ method: SIPMethod, to number: String, host: String = "tandem.test", callID: String = "call-1",
        tag: String? = nil,
        from: String? = nil, lines: [(HeaderName, String)] = [], body: String? = nil
    ) throws -> SIPRequest {
        sequence += 1
        let target = number.isEmpty ? "sip:\(host)" : "sip:\(number)@\(host)"
        var request = SIPRequest(method: method, uri: try RequestURI(parsing: target))
        request.pushVia(
            ViaField(
                transport: transport.viaToken, host: "\(endpoint.address)", port: endpoint.port,
                branch: nextBranch(callID)))
        request.maxForwards = 70
        request.fields.append(.from, "<sip:\(from ?? user)@tandem.test>;tag=\(tag ?? "tag-\(user)-\(callID)")")
        request.fields.append(.to, "<\(target)>")
        request.callID = callID
        request.cseq = CSeqField(sequence, method)
        request.fields.append(.contact, "<sip:\(user)@\(endpoint)>")
        for (name, value) in lines { request.fields.append(name, value) }
        if let body {
            request.contentType = "application/sdp"
            request.body = Array(body.utf8)
        }
        return request
    }

    mutating func invite(
        _ number: String, callID: String = "call-1", lines: [(HeaderName, String)] = [], body: String? = Phone.sdp
    ) throws -> SIPRequest {
        try request(.invite, to: number, callID: callID, lines: lines, body: body)
    }

    /// A request inside the dialog that `response` to `invite` made.
    mutating func follow(
        _ invite: SIPRequest, _ response: SIPResponse, _ method: SIPMethod, lines: [(HeaderName, String)] = [],
        body: String? = nil
    ) throws -> SIPRequest {
        var request = SIPRequest(method: method, uri: try #require(response.contacts.first).uri)
        request.pushVia(
            ViaField(
                transport: transport.viaToken, host: "\(endpoint.address)", port: endpoint.port,
                branch: nextBranch(invite.callID)))
        request.maxForwards = 70
        request.from = invite.from
        request.to = response.to
        request.callID = invite.callID
        if method == .ack {
            request.cseq = CSeqField(try #require(response.cseq).number, .ack)
        } else {
            sequence = max(sequence, try #require(invite.cseq).number) + 1
            request.cseq = CSeqField(sequence, method)
        }
        request.fields.append(.contact, "<sip:\(user)@\(endpoint)>")
        for (name, value) in lines { request.fields.append(name, value) }
        if let body {
            request.contentType = "application/sdp"
            request.body = Array(body.utf8)
        }
        return request
    }

    /// A request of the called side inside the dialog of the INVITE that it answered with `tag`.
    mutating func callBack(
        _ invite: SIPRequest, tag: String, _ method: SIPMethod, lines: [(HeaderName, String)] = [], body: String? = nil
    ) throws -> SIPRequest {
        var answer = SIPResponse(to: invite, status: 200, toTag: tag)
        answer.contacts = invite.contacts
        var request = try follow(invite, answer, method, lines: lines, body: body)
        request.from = answer.to
        request.to = invite.from
        return request
    }

    func cancel(_ invite: SIPRequest, lines: [(HeaderName, String)] = []) throws -> SIPRequest {
        var cancel = SIPRequest(method: .cancel, uri: invite.uri)
        cancel.fields.append(.via, from: invite.fields)
        cancel.maxForwards = 70
        cancel.from = invite.from
        cancel.to = invite.to
        cancel.callID = invite.callID
        cancel.cseq = CSeqField(try #require(invite.cseq).number, .cancel)
        for (name, value) in lines { cancel.fields.append(name, value) }
        return cancel
    }

    /// ACK of a final response that is no 2xx.
    func ack(_ invite: SIPRequest, _ response: SIPResponse) throws -> SIPRequest {
        var ack = try cancel(invite)
        ack.method = .ack
        ack.cseq = CSeqField(try #require(invite.cseq).number, .ack)
        ack.to = response.to
        return ack
    }

    func response(
        _ status: Int, to request: SIPRequest, tag: String? = nil, body: String? = nil,
        lines: [(HeaderName, String)] = []
    ) -> SIPResponse {
        var response = SIPResponse(to: request, status: status, toTag: tag ?? "tag-\(user)")
        response.fields.append(.contact, "<sip:\(user)@\(endpoint)>")
        for (name, value) in lines { response.fields.append(name, value) }
        if let body {
            response.contentType = "application/sdp"
            response.body = Array(body.utf8)
        }
        return response
    }
}

extension TestSwitch {
    func send(_ request: SIPRequest, from phone: Phone) { receive(request.serialized(), from: phone.hop) }
    func send(_ response: SIPResponse, from phone: Phone) { receive(response.serialized(), from: phone.hop) }

    /// Registers a phone with its password; the answer to the last REGISTER.
    @discardableResult
    func register(_ phone: inout Phone, password: String, contact: String? = nil) throws -> SIPResponse {
        let lines: [(HeaderName, String)] = contact.map { [(.contact, $0)] } ?? []
        var first = try phone.request(.register, to: "", callID: "reg-\(phone.endpoint)", lines: lines)
        first.fields.set(.to, "<sip:\(phone.user)@tandem.test>")
        send(first, from: phone)
        let challenge = try takeResponse(401, to: phone.endpoint)
        var second = try phone.request(.register, to: "", callID: "reg-\(phone.endpoint)", lines: lines)
        second.fields.set(.to, "<sip:\(phone.user)@tandem.test>")
        authorize(&second, challenge, user: phone.user, password: password)
        send(second, from: phone)
        guard let last = takeAll().last, case .response(let response) = last.message else {
            throw Unexpected(what: "no answer to REGISTER")
        }
        return response
    }

    func authorize(_ request: inout SIPRequest, _ challenge: SIPResponse, user: String, password: String) {
        var digest = DigestClient(credentials: [DigestCredentials(username: user, password: password)])
        let isTaken = digest.take(challenge)
        #expect(isTaken)
        digest.authorize(&request, cnonce: "0123456789abcdef")
    }

    /// An INVITE of an account, through its challenge.
    func invite(
        _ number: String, by phone: inout Phone, password: String, lines: [(HeaderName, String)] = [],
        body: String? = Phone.sdp, callID: String = "call-1", from: String? = nil
    ) throws -> SIPRequest {
        let first = try phone.request(
            .invite, to: number, callID: callID, from: from, lines: lines, body: body)
        send(first, from: phone)
        let challenge = try takeResponse(407, to: phone.endpoint)
        send(try phone.ack(first, challenge), from: phone)
        var second = try phone.request(.invite, to: number, callID: callID, from: from, lines: lines, body: body)
        authorize(&second, challenge, user: phone.user, password: password)
        send(second, from: phone)
        return second
    }
}
