extension SessionDescription {
    /// Reads one session description. RFC 8866 §5 and §9, with what phones get wrong allowed: lines that
    /// end in LF alone, a last line without an end, empty lines, lines of one level out of order, missing
    /// o=, s= and t=.
    ///
    /// - Throws: `SDPProblem`, with a SIP status.
    /// - Complexity: one pass; memory at most a constant times `octets.count`.
    package init(parsing octets: [UInt8], limits: SDPLimits = SDPLimits()) throws(SDPProblem) {
        var parser = SDPParser(limits: limits)
        try parser.read(octets)
        self = try parser.finish()
    }
}

/// One pass over the lines; `description` grows as they come.
struct SDPParser {
    private let limits: SDPLimits
    private var description = SessionDescription(
        origin: Origin(sessionID: "0", sessionVersion: "0", addressType: "IP4", address: "0.0.0.0"), times: [])
    /// Session-level types that stood already, of those that may stand once.
    private var seen: Set<UInt8> = []

    init(limits: SDPLimits) {
        self.limits = limits
    }

    mutating func read(_ octets: [UInt8]) throws(SDPProblem) {
        guard octets.count <= limits.octets else { throw .tooManyOctets(limit: limits.octets) }
        var number = 0
        var start = octets.startIndex
        while start < octets.endIndex {
            let end = octets[start...].firstIndex(of: 0x0A) ?? octets.endIndex
            number += 1
            guard number <= limits.lines else { throw .tooManyLines(limit: limits.lines) }
            try readLine(octets[start..<end], number)
            start = end + 1
        }
    }

    consuming func finish() throws(SDPProblem) -> SessionDescription {
        guard seen.contains(UInt8(ascii: "v")) else { throw .empty }
        if description.times.isEmpty { description.times = [.permanent] }
        return description
    }

    private mutating func readLine(_ raw: ArraySlice<UInt8>, _ number: Int) throws(SDPProblem) {
        var line = raw
        if line.last == 0x0D { line = line.dropLast() }
        guard let type = line.first else { return }
        guard line.count >= 2, line[line.startIndex + 1] == UInt8(ascii: "="),
            !line.contains(where: { $0 == 0 || $0 == 0x0D })
        else { throw .syntax(line: number) }
        let value = line.dropFirst(2)
        if !seen.contains(UInt8(ascii: "v")) {
            guard type == UInt8(ascii: "v"), text(value).allSatisfy({ $0 == "0" || $0 == " " }), !value.isEmpty
            else { throw .version(line: number) }
        }
        if description.media.isEmpty || type == UInt8(ascii: "m") {
            try readSession(type, value, number)
        } else {
            try readSection(type, value, number)
        }
    }

    private mutating func readSession(
        _ type: UInt8, _ value: ArraySlice<UInt8>, _ number: Int
    ) throws(SDPProblem) {
        switch UnicodeScalar(type) {
        case "v": try once(type, number)
        case "o":
            try once(type, number)
            description.origin = try readOrigin(value, number)
        case "s":
            try once(type, number)
            description.name = value.isEmpty ? "-" : text(value)
        case "c":
            try once(type, number)
            description.connection = try readConnection(value, number)
        case "i": description.information = text(value)
        case "u": description.uri = text(value)
        case "e": description.emails.append(text(value))
        case "p": description.phones.append(text(value))
        case "b": if let bandwidth = readBandwidth(value) { description.bandwidths.append(bandwidth) }
        case "t": description.times.append(try readTime(value, number))
        case "r": try readRepeat(value, number)
        case "z": description.zoneAdjustments = text(value)
        case "k": description.key = text(value)
        case "a": description.attributes.append(readAttribute(value))
        case "m":
            guard description.media.count < limits.media else { throw .tooManyMedia(limit: limits.media) }
            description.media.append(try readMedia(value, number, formatLimit: limits.formats))
        default: throw .unknownType(line: number)
        }
    }

    private mutating func readSection(
        _ type: UInt8, _ value: ArraySlice<UInt8>, _ number: Int
    ) throws(SDPProblem) {
        let last = description.media.count - 1
        switch UnicodeScalar(type) {
        case "i": description.media[last].title = text(value)
        case "c": description.media[last].connections.append(try readConnection(value, number))
        case "b": if let bandwidth = readBandwidth(value) { description.media[last].bandwidths.append(bandwidth) }
        case "k": description.media[last].key = text(value)
        case "a": description.media[last].attributes.append(readAttribute(value))
        case "v", "o", "s", "u", "e", "p", "t", "r", "z": throw .misplaced(line: number)
        default: throw .unknownType(line: number)
        }
    }

    private mutating func once(_ type: UInt8, _ number: Int) throws(SDPProblem) {
        guard seen.insert(type).inserted else { throw .repeated(line: number) }
    }

    private mutating func readRepeat(_ value: ArraySlice<UInt8>, _ number: Int) throws(SDPProblem) {
        guard !description.times.isEmpty else { throw .time(line: number) }
        description.times[description.times.count - 1].repeats.append(text(value))
    }
}
