import GRDB
package import Timing

/// How records are written out.
package enum CDRFormat: String, CaseIterable, Sendable {
    /// RFC 4180, a header line, every column of the schema.
    case csv
    /// The columns of Asterisk's `Master.csv`, one line a call.
    case asterisk
    /// One JSON object a line and leg.
    case jsonl
}

/// Writes out the records whose INVITE lies in a span of time, in order of that time.
///
/// Reads over its own connection, page by page, so that it can run beside the daemon and never holds much in memory.
package struct CDRExport: Sendable {
    package var format: CDRFormat
    /// The first instant that counts; nil for the beginning.
    package var since: WallInstant?
    /// The first instant that does not count any more; nil for no end.
    package var until: WallInstant?

    package init(format: CDRFormat, since: WallInstant? = nil, until: WallInstant? = nil) {
        self.format = format
        self.since = since
        self.until = until
    }

    /// - Parameter output: takes UTF-8 of whole lines, up to about a hundred KiB at once.
    /// - Returns: how many lines were written, without the header.
    @discardableResult
    package func run(databasePath: String, to output: ([UInt8]) throws -> Void) throws -> Int {
        let queue = try LedgerDatabase.openForReading(path: databasePath)
        var lines = 0
        var octets: [UInt8] = []
        if format == .csv { CSVLine.append(LedgerSchema.columns.map { .text($0.name) }, to: &octets) }
        let start = since?.microseconds ?? Int64.min
        var position = ExportPage.Position(invite: start, sequence: -1)
        while !position.isAtEnd {
            position = try queue.read { database in
                let page = try ExportPage(database, after: position, until: until, format: format)
                lines += try page.write(to: &octets)
                return page.next
            }
            if !octets.isEmpty { try output(octets) }
            octets.removeAll(keepingCapacity: true)
        }
        return lines
    }

    /// Reads `2026-01-02`, `2026-01-02T03:04:05Z`, an offset such as `+02:00` instead of Z, or seconds since 1970.
    package static func instant(text: String) -> WallInstant? {
        if let instant = WallInstant(text: text) { return instant }
        if let seconds = Double(text), seconds.isFinite, abs(seconds) < 1e12 {
            return WallInstant(microseconds: Int64((seconds * 1_000_000).rounded()))
        }
        guard text.utf8.count > 16, let offset = Self.offset(text.suffix(6)) else { return nil }
        return WallInstant(text: text.dropLast(6) + "Z").map { $0 - .seconds(offset * 60) }
    }

    /// Minutes of `+hh:mm` or `-hh:mm`.
    private static func offset(_ text: Substring) -> Int? {
        let octets = Array(text.utf8)
        guard octets.count == 6, octets[3] == UInt8(ascii: ":"), let hours = Int(text.dropFirst().prefix(2)),
            let minutes = Int(text.suffix(2)), (0...14).contains(hours), (0...59).contains(minutes)
        else { return nil }
        switch octets[0] {
        case UInt8(ascii: "+"): return hours * 60 + minutes
        case UInt8(ascii: "-"): return -(hours * 60 + minutes)
        default: return nil
        }
    }
}
