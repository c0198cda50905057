extension RouteSettings {
    /// Reads `routes:`.
    /// - Parameters:
    ///   - trunks: every trunk name in the file, even of a trunk with problems.
    ///   - able: the trunks that could be read.
    static func list(_ top: ConfigSection, trunks: [String], able: [TrunkSettings]) -> [RouteSettings] {
        var position = -1
        let inbound = Set(able.filter { $0.to == nil }.map(\.name))
        return top.sections("routes") { section in
            position += 1
            let pattern = pattern(section)
            let target = target(section, trunks: trunks, inbound: inbound)
            let name = section.text("name") ?? "routes[\(position)]"
            var route = RouteSettings(
                name: name, pattern: pattern ?? .number(""), target: target ?? .application(.echo))
            section.integer("strip", &route.strip, 0...64)
            route.add = section.value("add", expected: "digits or letters to dial", dialled) ?? ""
            section.flag("emergency", &route.emergency)
            return pattern == nil || target == nil ? nil : route
        }
    }

    private static func pattern(_ section: ConfigSection) -> RoutePattern? {
        let prefix = section.value("prefix", expected: "digits or letters as dialled", dialled)
        let number = section.value("number", expected: "digits or letters as dialled", dialled)
        switch (section.has("prefix"), section.has("number")) {
        case (true, false): return prefix.map(RoutePattern.prefix)
        case (false, true): return number.map(RoutePattern.number)
        case (true, true): section.report("A route has either a prefix or a number.", key: "number")
        case (false, false): section.report("A route needs a prefix or a number.")
        }
        return nil
    }

    private static func target(_ section: ConfigSection, trunks: [String], inbound: Set<String>) -> RouteTarget? {
        let trunk = section.text("trunk")
        let list = section.list("trunks", expected: "the name of a trunk", needsEntry: true) { $0 }
        let application: SwitchApplication? = section.optionalChoice("application")
        let given = ["trunk", "trunks", "application"].filter(section.has)
        guard given.count == 1, let key = given.first else {
            section.report("A route needs exactly one of trunk, trunks and application.", key: given.last)
            return nil
        }
        if key == "application" { return application.map(RouteTarget.application) }
        let names = trunk.map { [$0] } ?? list ?? []
        for name in names { check(name, section, key, trunks, inbound) }
        return .trunks(names)
    }

    private static func check(
        _ name: String, _ section: ConfigSection, _ key: String, _ trunks: [String], _ inbound: Set<String>
    ) {
        if !trunks.contains(name) {
            let hint = NearestKey.find(name, in: trunks).map { " Is \"\($0)\" meant?" } ?? ""
            section.report("There is no trunk \"\(name)\".\(hint)", key: key)
        } else if inbound.contains(name) {
            section.report("Trunk \"\(name)\" has no \"to\", so no call can go there.", key: key)
        }
    }

    /// What a telephone can dial or a user part can be; empty is allowed for a prefix that matches everything.
    private static func dialled(_ text: String) -> String? {
        text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x40 } && text.utf8.count <= 128 ? text : nil
    }
}
