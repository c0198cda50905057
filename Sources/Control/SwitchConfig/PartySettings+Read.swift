import Octets

extension AccountSettings {
    init?(reading section: ConfigSection) {
        let user = section.value("user", expected: "a user name without spaces, quotes, \"@\" or \":\"", userName)
        let password = section.secret("password")
        self.init(user: user ?? "", password: password ?? Secret(""))
        allowFrom = section.list("allow_from", expected: "a user name or *", userName) ?? []
        nat = section.optionalChoice("nat")
        maxCalls = section.optionalInteger("max_calls", 1...1_000_000)
        codecs = section.choices("codecs")
        if !section.has("user") { section.report("An account needs a user.") }
        if !section.has("password"), !section.has("password_file"), !section.has("password_env") {
            section.report("An account needs a password, a password_file or a password_env.")
        }
        if user == nil { return nil }
    }
}

/// A user part that can stand in a URI and in a digest without escapes that differ between peers.
private func userName(_ text: String) -> String? {
    let fits = text.utf8.allSatisfy { octet in
        octet > 0x20 && octet < 0x7F && octet != UInt8(ascii: "@") && octet != UInt8(ascii: ":")
            && octet != UInt8(ascii: "\"") && octet != UInt8(ascii: "\\") && octet != UInt8(ascii: "<")
            && octet != UInt8(ascii: ">")
    }
    return fits && (1...128).contains(text.utf8.count) ? text : nil
}

extension TrunkSettings {
    init?(reading section: ConfigSection) {
        guard let name = section.text("name") else {
            section.report("A trunk needs a name.")
            Self(name: "").askAll(section)
            return nil
        }
        self = Self(name: name).askAll(section)
        if from.isEmpty, to == nil {
            section.report("A trunk needs from (calls come from there), to (calls go there), or both.")
        }
        if register, to == nil || user == nil || password == nil {
            section.report("register needs to, user and a password.", key: "register")
        }
        if (user == nil) != (password == nil) {
            section.report("user and password belong together.", key: user == nil ? "password" : "user")
        }
    }

    @discardableResult
    private consuming func askAll(_ section: ConfigSection) -> Self {
        from = section.list("from", expected: addressOrRange, AddressRange.init(text:)) ?? []
        to = section.value("to", expected: "a host, or a host and a port such as 192.0.2.1:5060", HostPort.init(text:))
        section.choice("transport", &transport)
        user = section.value("user", expected: "a user name without spaces, quotes, \"@\" or \":\"", userName)
        password = section.secret("password")
        section.flag("register", &register)
        section.integer("expires", &expiresSeconds, 30...86_400)
        domain = section.value("domain", expected: "a host name or an address", domainName)
        fromDomain = section.value("from_domain", expected: "a host name or an address", domainName)
        nat = section.optionalChoice("nat")
        maxCalls = section.optionalInteger("max_calls", 1...1_000_000)
        codecs = section.choices("codecs")
        return self
    }
}
