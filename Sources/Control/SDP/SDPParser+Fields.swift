// The value of one line, by its type. Values hold no NUL, CR or LF: the parser saw to that.

func text(_ value: ArraySlice<UInt8>) -> String {
    String(decoding: value, as: UTF8.self)
}

/// Words between spaces; several spaces count as one.
private func words(_ value: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    value.split(separator: UInt8(ascii: " "))
}

/// o=; a user name with spaces is joined again, as some phones write one.
func readOrigin(_ value: ArraySlice<UInt8>, _ line: Int) throws(SDPProblem) -> Origin {
    let all = words(value).map(text)
    guard all.count >= 6 else { throw .origin(line: line) }
    let tail = Array(all.suffix(5))
    return Origin(
        username: all.dropLast(5).joined(separator: " "), sessionID: tail[0], sessionVersion: tail[1],
        networkType: tail[2], addressType: tail[3], address: tail[4])
}

func readConnection(_ value: ArraySlice<UInt8>, _ line: Int) throws(SDPProblem) -> ConnectionData {
    let all = words(value)
    guard all.count == 3 else { throw .connection(line: line) }
    let slash = all[2].firstIndex(of: UInt8(ascii: "/")) ?? all[2].endIndex
    let host = text(all[2][..<slash])
    guard !host.isEmpty else { throw .connection(line: line) }
    return ConnectionData(
        networkType: text(all[0]), addressType: text(all[1]), host: host, suffix: text(all[2][slash...]))
}

/// nil where it is malformed: a bandwidth that can't be read must not cost the call.
func readBandwidth(_ value: ArraySlice<UInt8>) -> Bandwidth? {
    let parts = value.split(separator: UInt8(ascii: ":"), maxSplits: 1).map(text)
    guard parts.count == 2, let number = UInt64(parts[1]) else { return nil }
    return Bandwidth(modifier: parts[0], value: number)
}

func readTime(_ value: ArraySlice<UInt8>, _ line: Int) throws(SDPProblem) -> TimeDescription {
    let all = words(value).map(text)
    guard all.count == 2, let start = UInt64(all[0]), let stop = UInt64(all[1]) else { throw .time(line: line) }
    return TimeDescription(start: start, stop: stop)
}

func readAttribute(_ value: ArraySlice<UInt8>) -> SessionAttribute {
    guard let colon = value.firstIndex(of: UInt8(ascii: ":")) else { return SessionAttribute(text(value)) }
    return SessionAttribute(text(value[..<colon]), text(value[(colon + 1)...]))
}

/// m=; formats may be missing (phones do so with port 0).
func readMedia(_ value: ArraySlice<UInt8>, _ line: Int, formatLimit: Int) throws(SDPProblem) -> MediaSection {
    let all = words(value)
    guard all.count >= 3 else { throw .media(line: line) }
    guard all.count - 3 <= formatLimit else { throw .tooManyFormats(line: line) }
    let ports = text(all[1]).split(separator: "/", omittingEmptySubsequences: false)
    guard ports.count <= 2, let port = UInt16(ports[0]) else { throw .media(line: line) }
    var section = MediaSection(
        kind: MediaKind(text(all[0])), port: port, profile: TransportProfile(text(all[2])),
        formats: all[3...].map(text))
    if ports.count == 2 {
        guard let count = UInt16(ports[1]), count > 0 else { throw .media(line: line) }
        section.portCount = count
    }
    return section
}
