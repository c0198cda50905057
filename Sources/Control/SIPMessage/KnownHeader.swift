/// Header fields whose names the parser knows. The raw value is the spelling that is written.
package enum KnownHeader: String, CaseIterable, Sendable {
    case accept = "Accept"
    case acceptEncoding = "Accept-Encoding"
    case acceptLanguage = "Accept-Language"
    case alertInfo = "Alert-Info"
    case allow = "Allow"
    case allowEvents = "Allow-Events"
    case authenticationInfo = "Authentication-Info"
    case authorization = "Authorization"
    case callID = "Call-ID"
    case callInfo = "Call-Info"
    case contact = "Contact"
    case contentDisposition = "Content-Disposition"
    case contentEncoding = "Content-Encoding"
    case contentLanguage = "Content-Language"
    case contentLength = "Content-Length"
    case contentType = "Content-Type"
    case cseq = "CSeq"
    case date = "Date"
    case diversion = "Diversion"
    case errorInfo = "Error-Info"
    case event = "Event"
    case expires = "Expires"
    case from = "From"
    case historyInfo = "History-Info"
    case inReplyTo = "In-Reply-To"
    case maxForwards = "Max-Forwards"
    case mimeVersion = "MIME-Version"
    case minExpires = "Min-Expires"
    case minSE = "Min-SE"
    case organization = "Organization"
    case pAssertedIdentity = "P-Asserted-Identity"
    case pPreferredIdentity = "P-Preferred-Identity"
    case path = "Path"
    case priority = "Priority"
    case privacy = "Privacy"
    case proxyAuthenticate = "Proxy-Authenticate"
    case proxyAuthorization = "Proxy-Authorization"
    case proxyRequire = "Proxy-Require"
    case rack = "RAck"
    case reason = "Reason"
    case recordRoute = "Record-Route"
    case referTo = "Refer-To"
    case referredBy = "Referred-By"
    case replaces = "Replaces"
    case replyTo = "Reply-To"
    case require = "Require"
    case retryAfter = "Retry-After"
    case route = "Route"
    case rseq = "RSeq"
    case server = "Server"
    case serviceRoute = "Service-Route"
    case sessionExpires = "Session-Expires"
    case subject = "Subject"
    case subscriptionState = "Subscription-State"
    case supported = "Supported"
    case timestamp = "Timestamp"
    case to = "To"
    case unsupported = "Unsupported"
    case userAgent = "User-Agent"
    case via = "Via"
    case warning = "Warning"
    case wwwAuthenticate = "WWW-Authenticate"
}

extension KnownHeader {
    /// RFC 3261 section 7.3.3 and the registry: one letter for a name.
    private static let compactForms: [(letter: UInt8, header: KnownHeader)] = [
        (98, .referredBy), (99, .contentType), (101, .contentEncoding), (102, .from),
        (105, .callID), (107, .supported), (108, .contentLength), (109, .contact), (111, .event), (114, .referTo),
        (115, .subject), (116, .to), (117, .allowEvents), (118, .via), (120, .sessionExpires),
    ]

    /// Fields that hold a comma-separated list, so that several lines mean the same as one. Section 7.3.1.
    package var isList: Bool {
        switch self {
        case .accept, .acceptEncoding, .acceptLanguage, .alertInfo, .allow, .allowEvents, .callInfo, .contact,
            .contentEncoding, .contentLanguage, .diversion, .errorInfo, .historyInfo, .inReplyTo,
            .pAssertedIdentity, .pPreferredIdentity, .path, .proxyRequire, .reason, .recordRoute, .require, .route,
            .serviceRoute, .supported, .unsupported, .via, .warning:
            true
        case .authenticationInfo, .authorization, .callID, .contentDisposition, .contentLength, .contentType, .cseq,
            .date, .event, .expires, .from, .maxForwards, .mimeVersion, .minExpires, .minSE, .organization, .priority,
            .privacy, .proxyAuthenticate, .proxyAuthorization, .rack, .referTo, .referredBy, .replaces, .replyTo,
            .retryAfter, .rseq, .server, .sessionExpires, .subject, .subscriptionState, .timestamp, .to, .userAgent,
            .wwwAuthenticate:
            false
        }
    }

    /// Names by a hash of their lower-case octets; open addressing, so a look-up compares one or two names.
    private static let slots: [KnownHeader?] = {
        var slots = [KnownHeader?](repeating: nil, count: slotCount)
        for header in allCases {
            var slot = hash(of: header.rawValue.utf8) & (slotCount - 1)
            while slots[slot] != nil { slot = (slot + 1) & (slotCount - 1) }
            slots[slot] = header
        }
        return slots
    }()

    private static let slotCount = 256

    private static func hash(of name: some Sequence<UInt8>) -> Int {
        var hash: UInt32 = 2_166_136_261
        for octet in name { hash = (hash ^ UInt32(octet.lowercasedASCII)) &* 16_777_619 }
        return Int(hash ^ hash >> 15)
    }

    /// The header that this name, in any case or in its compact form, stands for.
    init?(name: ArraySlice<UInt8>) {
        if name.count == 1, let letter = name.first?.lowercasedASCII {
            guard let form = Self.compactForms.first(where: { $0.letter == letter }) else { return nil }
            self = form.header
            return
        }
        var slot = Self.hash(of: name) & (Self.slotCount - 1)
        while let header = Self.slots[slot] {
            if Self.matches(header.rawValue.utf8, name) {
                self = header
                return
            }
            slot = (slot + 1) & (Self.slotCount - 1)
        }
        return nil
    }

    private static func matches(_ spelling: String.UTF8View, _ name: ArraySlice<UInt8>) -> Bool {
        guard spelling.count == name.count else { return false }
        var index = name.startIndex
        for octet in spelling {
            guard octet.lowercasedASCII == name[index].lowercasedASCII else { return false }
            index += 1
        }
        return true
    }
}
