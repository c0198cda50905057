import Octets

extension SoftphoneReport {
    /// One JSON object on one line, without a line end. RFC 8259. Times in milliseconds; null: did not happen.
    package var json: String {
        let fields: [(String, JSONValue)] = [
            ("outcome", .text(outcome.rawValue)), ("sip_code", .number(sipCode)), ("reason", .text(reason)),
            ("statuses", .list(statuses.map { .number($0) })), ("call_id", .text(callID)), ("remote", .text(remote)),
            ("ended_by", endedBy.map { .text($0.rawValue) } ?? .null),
            ("setup_ms", setupMilliseconds.map { .number($0) } ?? .null),
            ("ring_ms", ringMilliseconds.map { .number($0) } ?? .null),
            ("talk_ms", talkMilliseconds.map { .number($0) } ?? .null),
            ("codec", codec.map { .text($0) } ?? .null), ("packets_sent", .number(Int(clamping: packetsSent))),
            ("packets_received", .number(Int(clamping: packetsReceived))), ("lost", .number(Int(clamping: lost))),
            ("jitter_ms", .decimal(Int(jitter), places: 3)),
            ("mos", mos == 0 ? .null : .decimal(Int(mos), places: 2)), ("digits_sent", .text(digitsSent)),
            ("digits_received", .text(digitsReceived)), ("holds", .number(holds)),
            ("held_by_peer", .number(heldByPeer)), ("register", .text(register.rawValue)),
            ("register_code", .number(registerCode)),
        ]
        return "{" + fields.map { JSONValue.text($0.0).text + ":" + $0.1.text }.joined(separator: ",") + "}"
    }
}

/// The few kinds of value that a report has.
private enum JSONValue {
    case text(String)
    case number(Int)
    /// A whole number of thousandths, hundredths..., not negative.
    case decimal(Int, places: Int)
    case list([JSONValue])
    case null

    var text: String {
        switch self {
        case .text(let text): return JSONText.quoted(text)
        case .number(let number): return String(number)
        case .decimal(let number, let places):
            let digits = String(number)
            let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
            return "\(padded.dropLast(places)).\(padded.suffix(places))"
        case .list(let values): return "[" + values.map(\.text).joined(separator: ",") + "]"
        case .null: return "null"
        }
    }
}
