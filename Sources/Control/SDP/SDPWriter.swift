extension SessionDescription {
    /// The octets of the description, lines in the order of RFC 8866 §5, each ended by CRLF.
    ///
    /// A NUL, CR or LF within a value is left out, so that no value can begin a line of its own.
    package func serialized() -> [UInt8] {
        var writer = SDPWriter()
        writer.line("v", "0")
        writer.line(origin)
        writer.line("s", name)
        writer.line("i", information)
        writer.line("u", uri)
        for email in emails { writer.line("e", email) }
        for phone in phones { writer.line("p", phone) }
        if let connection { writer.line(connection) }
        for bandwidth in bandwidths { writer.line(bandwidth) }
        for time in times { writer.line(time) }
        writer.line("z", zoneAdjustments)
        writer.line("k", key)
        for attribute in attributes { writer.line(attribute) }
        for section in media { writer.section(section) }
        return writer.octets
    }
}

private struct SDPWriter {
    private(set) var octets: [UInt8] = []

    init() {
        octets.reserveCapacity(512)
    }

    mutating func line(_ type: Unicode.Scalar, _ value: String?) {
        guard let value else { return }
        octets.append(UInt8(ascii: type))
        octets.append(UInt8(ascii: "="))
        if value.utf8.contains(where: Self.endsLine) {
            octets.append(contentsOf: value.utf8.filter { !Self.endsLine($0) })
        } else {
            octets.append(contentsOf: value.utf8)
        }
        octets.append(0x0D)
        octets.append(0x0A)
    }

    private static func endsLine(_ octet: UInt8) -> Bool { octet == 0 || octet == 0x0A || octet == 0x0D }

    mutating func line(_ origin: Origin) {
        let session = "\(origin.sessionID) \(origin.sessionVersion)"
        line("o", "\(origin.username) \(session) \(origin.networkType) \(origin.addressType) \(origin.address)")
    }

    mutating func line(_ connection: ConnectionData) {
        line("c", "\(connection.networkType) \(connection.addressType) \(connection.host)\(connection.suffix)")
    }

    mutating func line(_ bandwidth: Bandwidth) {
        line("b", "\(bandwidth.modifier):\(bandwidth.value)")
    }

    mutating func line(_ time: TimeDescription) {
        line("t", "\(time.start) \(time.stop)")
        for repetition in time.repeats { line("r", repetition) }
    }

    mutating func line(_ attribute: SessionAttribute) {
        line("a", attribute.value.map { "\(attribute.name):\($0)" } ?? attribute.name)
    }

    mutating func section(_ section: MediaSection) {
        let port = section.portCount == 1 ? "\(section.port)" : "\(section.port)/\(section.portCount)"
        let words = [section.kind.token, port, section.profile.token] + section.formats
        line("m", words.joined(separator: " "))
        line("i", section.title)
        for connection in section.connections { line(connection) }
        for bandwidth in section.bandwidths { line(bandwidth) }
        line("k", section.key)
        for attribute in section.attributes { line(attribute) }
    }
}
