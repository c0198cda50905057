/// Why a field value does not follow the grammar. Holds no octets of the peer: safe to log.
package enum SyntaxProblem: Error, Equatable, Sendable {
    /// A field, or an element of a list, has no content.
    case empty
    case token
    case number
    case host
    case port
    case uri
    case escape
    case quotedString
    case parameter
    /// Via: not `SIP/2.0/transport sent-by`.
    case via
    case nameAddress
    case commandSequence
    /// Octets follow where the value should end.
    case trailing

    /// For a reason phrase: one or two words.
    package var label: String {
        switch self {
        case .empty: "Empty Value"
        case .token: "Bad Token"
        case .number: "Bad Number"
        case .host: "Bad Host"
        case .port: "Bad Port"
        case .uri: "Bad URI"
        case .escape: "Bad Escape"
        case .quotedString: "Bad Quoted String"
        case .parameter: "Bad Parameter"
        case .via: "Bad Via"
        case .nameAddress: "Bad Address"
        case .commandSequence: "Bad CSeq"
        case .trailing: "Unexpected Characters"
        }
    }
}
