extension Configuration {
    /// Reads the text of a configuration file.
    ///
    /// - Parameter file: the file's name, for the problems only.
    /// - Throws: every problem of the file at once, in the order of its lines.
    package init(text: String, file: String, secrets: SecretSource) throws(ConfigProblems) {
        let reader = ConfigReader(secrets: secrets)
        self.init()
        if let top = reader.open(text) { read(top) }
        guard reader.problems.isEmpty else {
            let sorted = reader.problems.enumerated().sorted {
                ($0.element.line, $0.offset) < ($1.element.line, $1.offset)
            }
            throw ConfigProblems(file: file, problems: sorted.map(\.element))
        }
    }

    /// Every key that a file can have, as `trunks[].name`, in alphabetical order.
    package static var allKeys: [String] {
        let reader = ConfigReader(secrets: .none)
        var configuration = Configuration()
        if let top = reader.open("accounts: [{}]\ntrunks: [{}]\nroutes: [{}]\n") { configuration.read(top) }
        return reader.knownKeys.sorted()
    }

    private mutating func read(_ top: ConfigSection) {
        top.section("node") { node.read($0) }
        top.section("sip") { sip.read($0) }
        top.section("media") { media.read($0) }
        top.section("billing") { billing.read($0) }
        top.section("log") { log.read($0) }
        accounts = top.sections("accounts", AccountSettings.init(reading:))
        trunks = top.sections("trunks", TrunkSettings.init(reading:))
        let duplicates = DuplicateCheck(top)
        duplicates.check("accounts", key: "user")
        duplicates.check("trunks", key: "name")
        routes = RouteSettings.list(top, trunks: top.names("trunks", key: "name"), able: trunks)
        checkPorts(top)
        top.finish()
    }
}

extension NodeSettings {
    mutating func read(_ section: ConfigSection) {
        let expected = "a word of letters, digits, hyphens, points and underscores, at most 63 characters"
        if let read = section.value("name", expected: expected, Self.word) { name = read }
        if let read = section.text("data") { dataDirectory = read }
        section.integer("drain_s", &drainSeconds, 0...86_400)
    }

    private static func word(_ text: String) -> String? {
        let fits = text.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
            default: false
            }
        }
        return fits && (1...63).contains(text.utf8.count) ? text : nil
    }
}

extension BillingSettings {
    mutating func read(_ section: ConfigSection) {
        section.choice("no_record", &noRecord)
        section.integer("interim_s", &interimSeconds, 1...3_600)
        section.integer("max_talk_s", &maxTalkSeconds, 1...604_800)
        section.integer("commit_timeout_ms", &commitTimeoutMilliseconds, 10...10_000)
        section.integer("disk_min_mb", &diskMinimumMegabytes, 0...1_048_576)
        section.integer("reserve_mb", &reserveMegabytes, 1...1_024)
    }
}

extension LogSettings {
    mutating func read(_ section: ConfigSection) {
        section.choice("level", &level)
        section.choice("format", &format)
    }
}
