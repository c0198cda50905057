import Routing
import SwitchConfig
import Testing

private func plan(_ routes: [RouteSettings], accounts: [String] = []) -> DialPlan {
    DialPlan(accounts: accounts.map { AccountSettings(user: $0, password: Secret("x")) }, routes: routes)
}

private func route(
    _ name: String, _ pattern: RoutePattern, _ target: RouteTarget = .trunks(["t"]), strip: Int = 0, add: String = "",
    emergency: Bool = false
) -> RouteSettings {
    var route = RouteSettings(name: name, pattern: pattern, target: target)
    route.strip = strip
    route.add = add
    route.emergency = emergency
    return route
}

@Suite("Dial plan")
struct DialPlanTests {
    @Test("accounts are tried before routes")
    func accountsFirst() {
        let plan = plan([route("all", .prefix(""))], accounts: ["1001"])
        #expect(plan.choice(for: "1001")?.destination == .account("1001"))
        #expect(plan.choice(for: "1002")?.destination == .trunks(["t"], number: "1002"))
    }

    @Test("the first matching route wins, exact or prefix")
    func firstMatch() {
        let plan = plan([
            route("p", .prefix("49")), route("n", .number("4930")), route("m", .number("600")),
            route("z", .prefix("6")),
        ])
        #expect(plan.choice(for: "4930")?.rule == "p")
        #expect(plan.choice(for: "600")?.rule == "m")
        #expect(plan.choice(for: "601")?.rule == "z")
        #expect(plan.choice(for: "7") == nil)
    }

    @Test("an exact number does not match longer numbers")
    func exactIsExact() {
        let plan = plan([route("n", .number("600"))])
        #expect(plan.choice(for: "6001") == nil)
        #expect(plan.choice(for: "60") == nil)
    }

    @Test("strip and add change the number, also when more is stripped than there is")
    func manipulation() {
        let plan = plan([route("x", .prefix("0"), strip: 1, add: "+49"), route("y", .prefix("9"), strip: 5)])
        #expect(plan.choice(for: "030123")?.destination == .trunks(["t"], number: "+4930123"))
        #expect(plan.choice(for: "91")?.destination == .trunks(["t"], number: ""))
    }

    @Test("applications and the emergency mark come through")
    func marks() {
        let plan = plan([
            route("e", .number("600"), .application(.echo)), route("sos", .number("112"), emergency: true),
        ])
        #expect(plan.choice(for: "600")?.destination == .application(.echo))
        #expect(plan.choice(for: "600")?.isEmergency == false)
        #expect(plan.choice(for: "112")?.isEmergency == true)
    }
}
