import SIPMessage

/// Who owes an answer. RFC 3264 §4, RFC 6337 §2. The octets are the owner's affair.
package enum OfferState: Hashable, Sendable {
    /// Nothing is open.
    case settled
    /// Our offer is out.
    case theyOwe
    /// Their offer is in.
    case weOwe
}

extension SIPMessageFields {
    /// The body where it describes a session: all of it, nil where it is empty or of another kind.
    var sessionBody: [UInt8]? {
        guard !body.isEmpty else { return nil }
        guard let type = contentType else { return body }
        return type == "application/sdp" || type.hasPrefix("multipart/") ? body : nil
    }
}
