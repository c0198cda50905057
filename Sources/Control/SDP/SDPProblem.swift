/// Why octets are not a session description. RFC 8866 §5, §9.
///
/// Cases hold line numbers (from 1) and limits, never octets of the peer: safe to log.
package enum SDPProblem: Error, Equatable, Sendable {
    /// No octets, or only line ends.
    case empty
    /// More octets than `SDPLimits.octets`.
    case tooManyOctets(limit: Int)
    /// More lines than `SDPLimits.lines`.
    case tooManyLines(limit: Int)
    /// More m= lines than `SDPLimits.media`.
    case tooManyMedia(limit: Int)
    /// More formats on one m= line than `SDPLimits.formats`.
    case tooManyFormats(line: Int)
    /// The first line is not `v=0`.
    case version(line: Int)
    /// Not `letter=value`, or a NUL or CR within.
    case syntax(line: Int)
    /// A type letter that RFC 8866 does not know; §5 says to reject the whole description.
    case unknownType(line: Int)
    /// A line that may stand once only stands again.
    case repeated(line: Int)
    /// A session-level line behind an m= line.
    case misplaced(line: Int)
    case origin(line: Int)
    case connection(line: Int)
    case time(line: Int)
    case media(line: Int)

    /// The SIP status a request with this body is answered with (RFC 3261 §21.4.1).
    package var status: Int { 400 }
}

/// What one description may cost. Every bound is on the peer's octets, before anything is kept.
package struct SDPLimits: Sendable {
    package var octets: Int
    package var lines: Int
    package var media: Int
    package var formats: Int

    package init(octets: Int = 65_535, lines: Int = 1_024, media: Int = 32, formats: Int = 128) {
        self.octets = octets
        self.lines = lines
        self.media = media
        self.formats = formats
    }
}
