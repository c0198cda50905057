/// A request method. RFC 3261 section 7.1; compares with case.
package enum SIPMethod: Hashable, Sendable {
    case invite
    case ack
    case bye
    case cancel
    case options
    case register
    case prack
    case update
    case info
    case message
    case refer
    case subscribe
    case notify
    case publish
    case other(String)

    package init(_ name: String) {
        self = Self.wellKnown.first { $0.name == name } ?? .other(name)
    }

    package var name: String {
        switch self {
        case .invite: "INVITE"
        case .ack: "ACK"
        case .bye: "BYE"
        case .cancel: "CANCEL"
        case .options: "OPTIONS"
        case .register: "REGISTER"
        case .prack: "PRACK"
        case .update: "UPDATE"
        case .info: "INFO"
        case .message: "MESSAGE"
        case .refer: "REFER"
        case .subscribe: "SUBSCRIBE"
        case .notify: "NOTIFY"
        case .publish: "PUBLISH"
        case .other(let name): name
        }
    }

    /// All but `.other`, the frequent ones first.
    package static let wellKnown: [SIPMethod] = [
        .invite, .ack, .bye, .cancel, .options, .register, .prack, .update, .info, .message, .refer, .subscribe,
        .notify, .publish,
    ]

    package var isWellKnown: Bool {
        if case .other = self { return false }
        return true
    }
}

extension SIPMethod: CustomStringConvertible {
    package var description: String { name }
}
