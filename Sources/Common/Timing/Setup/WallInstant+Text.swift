extension WallInstant: CustomStringConvertible {
    /// ISO 8601 in UTC with microseconds: `2026-01-02T03:04:05.000006Z`. Years outside 0...9999 get more
    /// digits or a sign.
    package var description: String {
        let day = 86_400_000_000 as Int64
        var days = microseconds / day
        var rest = microseconds % day
        if rest < 0 {
            rest += day
            days -= 1
        }
        let date = CivilDate(days: days)
        let seconds = rest / 1_000_000
        return Self.pad(date.year, 4) + "-" + Self.pad(date.month, 2) + "-" + Self.pad(date.day, 2) + "T"
            + Self.pad(seconds / 3600, 2) + ":" + Self.pad(seconds / 60 % 60, 2) + ":" + Self.pad(seconds % 60, 2)
            + "." + Self.pad(rest % 1_000_000, 6) + "Z"
    }

    /// Reads `2026-01-02T03:04:05Z`, with one to six digits of a second's fraction, and `2026-01-02` (midnight).
    ///
    /// UTC only. Returns nil for another form or a date that does not exist.
    package init?(text: String) {
        var scanner = Scanner(rest: text.utf8[...])
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
            let day = scanner.number(2), (1...12).contains(month), day >= 1
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard CivilDate(days: date.days) == date else { return nil }
        var total = date.days * 86_400
        var fraction: Int64 = 0
        if !scanner.rest.isEmpty {
            guard scanner.skip("T"), let hour = scanner.number(2), scanner.skip(":"), let minute = scanner.number(2),
                scanner.skip(":"), let second = scanner.number(2), hour < 24, minute < 60, second < 60
            else { return nil }
            total += hour * 3600 + minute * 60 + second
            if scanner.skip(".") {
                guard let digits = scanner.fraction() else { return nil }
                fraction = digits
            }
            guard scanner.skip("Z"), scanner.rest.isEmpty else { return nil }
        }
        self.init(microseconds: total * 1_000_000 + fraction)
    }

    private static func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number.magnitude)
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// A day of the proleptic Gregorian calendar.
private struct CivilDate: Equatable {
    var year: Int64
    var month: Int64
    var day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day `days` after 1970-01-01. Years are counted from March, so that the leap day is the last one.
    init(days: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    var days: Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

private struct Scanner {
    var rest: Substring.UTF8View

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Exactly `width` decimal digits.
    mutating func number(_ width: Int) -> Int64? {
        let digits = rest.prefix(width)
        guard digits.count == width, let number = Self.decimal(digits) else { return nil }
        rest = rest.dropFirst(width)
        return number
    }

    /// One to six digits after the point, as microseconds.
    mutating func fraction() -> Int64? {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...6).contains(digits.count), var number = Self.decimal(digits) else { return nil }
        for _ in digits.count..<6 { number *= 10 }
        rest = rest.dropFirst(digits.count)
        return number
    }

    private static func decimal(_ digits: Substring.UTF8View) -> Int64? {
        var number: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
