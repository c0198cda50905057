package import SwitchConfig

/// Where a dialled number leads.
package enum Destination: Hashable, Sendable {
    case account(String)
    /// Trunks in the order of preference, and the number as it goes out.
    case trunks([String], number: String)
    case application(SwitchApplication)
}

/// A number's way, with the rule that chose it.
package struct RouteChoice: Hashable, Sendable {
    package let destination: Destination
    /// The rule's name as call records tell it; `account` where the number is an account of ours.
    package let rule: String
    /// Passes limits and `billing.no_record`.
    package let isEmergency: Bool

    package init(destination: Destination, rule: String, isEmergency: Bool = false) {
        self.destination = destination
        self.rule = rule
        self.isEmergency = isEmergency
    }
}

/// The dial plan: accounts, then the routes, of which the first match wins.
package struct DialPlan: Sendable {
    private struct PrefixRule: Sendable {
        let order: Int
        let prefix: String
    }

    private let routes: [RouteSettings]
    private let accounts: Set<String>
    private let exact: [String: Int]
    private let prefixes: [PrefixRule]

    package init(accounts: [AccountSettings], routes: [RouteSettings]) {
        self.routes = routes
        self.accounts = Set(accounts.map(\.user))
        var exact: [String: Int] = [:]
        var prefixes: [PrefixRule] = []
        for (order, route) in routes.enumerated() {
            switch route.pattern {
            case .number(let number):
                if exact[number] == nil { exact[number] = order }
            case .prefix(let prefix):
                prefixes.append(PrefixRule(order: order, prefix: prefix))
            }
        }
        self.exact = exact
        self.prefixes = prefixes
    }

    package func isAccount(_ user: String) -> Bool { accounts.contains(user) }

    /// - Parameter number: the user part as dialled, escapes resolved.
    /// - Returns: nil for 404.
    package func choice(for number: String) -> RouteChoice? {
        if accounts.contains(number) { return RouteChoice(destination: .account(number), rule: "account") }
        guard let order = firstMatch(number) else { return nil }
        return choice(routes[order], number)
    }

    private func firstMatch(_ number: String) -> Int? {
        let exactOrder = exact[number]
        for rule in prefixes {
            if let exactOrder, exactOrder < rule.order { return exactOrder }
            if number.hasPrefix(rule.prefix) { return rule.order }
        }
        return exactOrder
    }

    private func choice(_ route: RouteSettings, _ number: String) -> RouteChoice {
        let destination: Destination
        switch route.target {
        case .application(let application):
            destination = .application(application)
        case .trunks(let trunks):
            destination = .trunks(trunks, number: route.add + number.dropFirst(route.strip))
        }
        return RouteChoice(destination: destination, rule: route.name, isEmergency: route.emergency)
    }
}
