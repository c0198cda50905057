/// One session description. RFC 8866 §5.
///
/// Unknown attributes and their order are kept; text that is not UTF-8 is repaired with U+FFFD.
/// `SessionDescription(parsing: d.serialized())` gives `d` again.
package struct SessionDescription: Equatable, Sendable {
    package var origin: Origin
    /// s=; "-" where the peer left it out.
    package var name: String
    package var information: String?
    package var uri: String?
    package var emails: [String]
    package var phones: [String]
    /// Session-level c=; a section's own line wins over it.
    package var connection: ConnectionData?
    package var bandwidths: [Bandwidth]
    /// t= with its r= lines; `[.permanent]` where the peer left it out.
    package var times: [TimeDescription]
    /// z=, unread.
    package var zoneAdjustments: String?
    /// k=, unread; obsolete (RFC 8866 §5.12).
    package var key: String?
    package var attributes: [SessionAttribute]
    package var media: [MediaSection]

    package init(
        origin: Origin, name: String = "-", connection: ConnectionData? = nil,
        times: [TimeDescription] = [.permanent], attributes: [SessionAttribute] = [], media: [MediaSection] = []
    ) {
        self.origin = origin
        self.name = name
        self.connection = connection
        self.times = times
        self.attributes = attributes
        self.media = media
        self.emails = []
        self.phones = []
        self.bandwidths = []
    }
}

extension SessionDescription {
    /// The c= line that counts for a section: its own first, else the session's. RFC 8866 §5.7.
    package func connection(for section: MediaSection) -> ConnectionData? {
        section.connections.first ?? connection
    }

    /// The direction of a section, with the session's as default and `sendrecv` behind that.
    /// RFC 8866 §6.7, RFC 3264 §5.1.
    package func direction(of section: MediaSection) -> MediaDirection {
        section.attributes.direction ?? attributes.direction ?? .sendrecv
    }
}

/// o=. RFC 8866 §5.2. Numbers stay text: the grammar has no upper bound.
package struct Origin: Equatable, Sendable {
    package var username: String
    package var sessionID: String
    package var sessionVersion: String
    package var networkType: String
    package var addressType: String
    package var address: String

    package init(
        username: String = "-", sessionID: String, sessionVersion: String, networkType: String = "IN",
        addressType: String, address: String
    ) {
        self.username = username
        self.sessionID = sessionID
        self.sessionVersion = sessionVersion
        self.networkType = networkType
        self.addressType = addressType
        self.address = address
    }
}

/// t= and the r= lines behind it. RFC 8866 §5.9, §5.10. Seconds since 1900, 0 = unbounded.
package struct TimeDescription: Equatable, Sendable {
    package var start: UInt64
    package var stop: UInt64
    package var repeats: [String]

    package init(start: UInt64, stop: UInt64, repeats: [String] = []) {
        self.start = start
        self.stop = stop
        self.repeats = repeats
    }

    /// `t=0 0`, the only one SIP uses (RFC 3264 §5).
    package static let permanent = TimeDescription(start: 0, stop: 0)
}

/// b=. RFC 8866 §5.8; kilobit per second for CT and AS, bit per second for RS and RR (RFC 3556).
package struct Bandwidth: Equatable, Sendable {
    package var modifier: String
    package var value: UInt64

    package init(modifier: String, value: UInt64) {
        self.modifier = modifier
        self.value = value
    }
}
