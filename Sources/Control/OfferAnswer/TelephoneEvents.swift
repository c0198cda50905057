/// Which telephone events (0...63) a side takes. RFC 4733 §2.4.1: the fmtp value `0-15,32`.
///
/// Higher event numbers are read and passed over: nothing here uses them.
package struct TelephoneEvents: Equatable, Sendable {
    private var mask: UInt64

    /// 0-15: the DTMF digits, what a missing fmtp means.
    package static let digits = TelephoneEvents(mask: 0xFFFF)
    /// 0-16: digits and hook flash.
    package static let digitsAndFlash = TelephoneEvents(mask: 0x1_FFFF)

    private init(mask: UInt64) {
        self.mask = mask
    }

    /// Reads an fmtp value; nil or one without any event reads as `digits`.
    package init(fmtp: String?) {
        var mask: UInt64 = 0
        for part in (fmtp ?? "").split(whereSeparator: { $0 == "," || $0 == " " }) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            guard let low = ends.first.flatMap({ UInt8($0) }), let high = ends.last.flatMap({ UInt8($0) }),
                ends.count <= 2, low <= high, low < 64
            else { continue }
            for event in low...min(high, 63) { mask |= 1 << UInt64(event) }
        }
        self.mask = mask == 0 ? Self.digits.mask : mask
    }

    package func contains(_ event: UInt8) -> Bool {
        event < 64 && mask & (1 << UInt64(event)) != 0
    }

    /// What both take; the digits where they share nothing, so that the value can be written.
    package func limited(to other: TelephoneEvents) -> TelephoneEvents {
        let common = mask & other.mask
        return common == 0 ? .digits : TelephoneEvents(mask: common)
    }

    /// `0-15,32`
    package var fmtp: String {
        var parts: [String] = []
        var event: UInt8 = 0
        while event < 64 {
            guard contains(event) else {
                event += 1
                continue
            }
            let low = event
            while event < 63, contains(event + 1) { event += 1 }
            parts.append(low == event ? "\(low)" : "\(low)-\(event)")
            event += 1
        }
        return parts.joined(separator: ",")
    }
}
