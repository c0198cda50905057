/// What a parser makes of the octets of one message.
package enum ParsedMessage: Equatable, Sendable {
    case request(SIPRequest)
    case response(SIPResponse)

    package var fields: HeaderFields {
        switch self {
        case .request(let request): request.fields
        case .response(let response): response.fields
        }
    }

    package func serialized() -> [UInt8] {
        switch self {
        case .request(let request): request.serialized()
        case .response(let response): response.serialized()
        }
    }
}
