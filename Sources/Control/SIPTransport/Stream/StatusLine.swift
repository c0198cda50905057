import SIPMessage

/// What a written message is, by its first octets.
enum StatusLine {
    static let start = Array("SIP/2.0 ".utf8)
    private static let success = Array("SIP/2.0 2".utf8)

    /// A 2xx to REGISTER, INVITE or SUBSCRIBE: whoever is at the far end was let in. OPTIONS is answered to anybody.
    static func isAcceptance(_ octets: [UInt8]) -> Bool {
        guard octets.starts(with: success), case .response(let response) = try? MessageParser.parse(datagram: octets)
        else { return false }
        return response.cseq.map { [.register, .invite, .subscribe].contains($0.method) } ?? false
    }
}
