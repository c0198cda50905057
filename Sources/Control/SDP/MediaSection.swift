/// m= and what belongs to it. RFC 8866 §5.14.
package struct MediaSection: Equatable, Sendable {
    package var kind: MediaKind
    /// 0: refused, or not wanted any more (RFC 3264 §5.1, §6, §8.2).
    package var port: UInt16
    /// `/2` behind the port: how many port pairs follow; 1 where it is left out.
    package var portCount: UInt16
    package var profile: TransportProfile
    /// Payload types for RTP, other words else. Phones leave it empty when the port is 0.
    package var formats: [String]
    package var title: String?
    /// c= lines; more than one only for layered multicast.
    package var connections: [ConnectionData]
    package var bandwidths: [Bandwidth]
    package var key: String?
    /// All a= lines in their order, known or not; the typed views below read and write them.
    package var attributes: [SessionAttribute]

    package init(
        kind: MediaKind, port: UInt16, profile: TransportProfile = .rtpAVP, formats: [String],
        connections: [ConnectionData] = [], attributes: [SessionAttribute] = []
    ) {
        self.kind = kind
        self.port = port
        self.portCount = 1
        self.profile = profile
        self.formats = formats
        self.connections = connections
        self.bandwidths = []
        self.attributes = attributes
    }
}

/// The media type of an m= line. RFC 8866 §8.2.1.
package enum MediaKind: Equatable, Sendable {
    case audio
    case video
    case text
    case application
    case message
    case image
    case other(String)

    package init(_ token: String) {
        switch token {
        case "audio": self = .audio
        case "video": self = .video
        case "text": self = .text
        case "application": self = .application
        case "message": self = .message
        case "image": self = .image
        default: self = .other(token)
        }
    }

    package var token: String {
        switch self {
        case .audio: "audio"
        case .video: "video"
        case .text: "text"
        case .application: "application"
        case .message: "message"
        case .image: "image"
        case .other(let token): token
        }
    }
}

/// The transport of an m= line. RFC 3551, RFC 4585, RFC 3711, RFC 5124, RFC 5764.
package enum TransportProfile: Equatable, Sendable {
    case rtpAVP
    case rtpAVPF
    case rtpSAVP
    case rtpSAVPF
    case dtlsSAVP
    case dtlsSAVPF
    case other(String)

    package init(_ token: String) {
        switch token.uppercased() {
        case "RTP/AVP": self = .rtpAVP
        case "RTP/AVPF": self = .rtpAVPF
        case "RTP/SAVP": self = .rtpSAVP
        case "RTP/SAVPF": self = .rtpSAVPF
        case "UDP/TLS/RTP/SAVP": self = .dtlsSAVP
        case "UDP/TLS/RTP/SAVPF": self = .dtlsSAVPF
        default: self = .other(token)
        }
    }

    package var token: String {
        switch self {
        case .rtpAVP: "RTP/AVP"
        case .rtpAVPF: "RTP/AVPF"
        case .rtpSAVP: "RTP/SAVP"
        case .rtpSAVPF: "RTP/SAVPF"
        case .dtlsSAVP: "UDP/TLS/RTP/SAVP"
        case .dtlsSAVPF: "UDP/TLS/RTP/SAVPF"
        case .other(let token): token
        }
    }

    /// Formats are RTP payload types.
    package var isRTP: Bool {
        switch self {
        case .rtpAVP, .rtpAVPF, .rtpSAVP, .rtpSAVPF, .dtlsSAVP, .dtlsSAVPF: true
        case .other: false
        }
    }
}
