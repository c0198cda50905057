import InetStack
import InetWire
import Octets

/// One step of taking an interface over or of giving it back.
package enum TakeoverStep: Equatable, Sendable {
    case writeState(path: String)
    case makeNamespace(String)
    case moveCard(String, into: String)
    case silenceCard(String, in: String)
    case makeProxy(String)
    case copyLink(String, mtu: UInt32, address: String)
    case addAddress(String, prefix: UInt8, to: String)
    case addRoute(String, by: String)
    case startCard(String, in: String)
    case removeProxy(String)
    case moveCardBack(String, from: String)
    case removeNamespace(String)
    case removeState(path: String)

    /// The step in words.
    package var sentence: String {
        switch self {
        case .writeState(let path): return "write down in \(path) what \(path.isEmpty ? "there" : "the interface") has"
        case .makeNamespace(let name): return "make the network namespace \(name)"
        case .moveCard(let card, let name): return "move \(card) into \(name), where the system does not answer for it"
        case .silenceCard(let card, let name): return "take ARP and IPv6 off \(card) in \(name)"
        case .makeProxy(let name): return "make the proxy device \(name), a TAP that stays when the process ends"
        case .copyLink(let name, let mtu, let address):
            return "give \(name) the MAC address \(address) and the MTU \(mtu)"
        case .addAddress(let address, let prefix, let name): return "add the address \(address)/\(prefix) to \(name)"
        case .addRoute(let route, let name): return "add the route \(route) by \(name)"
        case .startCard(let card, let name): return "switch \(card) on in \(name)"
        case .removeProxy(let name): return "remove the proxy device \(name)"
        case .moveCardBack(let card, let name): return "move \(card) back out of \(name)"
        case .removeNamespace(let name): return "remove the network namespace \(name)"
        case .removeState(let path): return "remove \(path)"
        }
    }
}

/// What is done to take an interface over, in order, and to give it back. A pure function of what the interface has.
package enum TakeoverPlan {
    /// The network namespace that a card lives in while it is ours.
    package static func namespace(of card: String) -> String { "tandem-\(card)" }

    /// Why an interface can't be taken over; nil if it can.
    package static func objection(to snapshot: InterfaceSnapshot) -> String? {
        let link = snapshot.link
        if link.isLoopback { return "\(link.name) is the loopback interface, which has no link to share" }
        if link.master != 0 { return "\(link.name) belongs to a bridge or bond; name that one, or take it out" }
        if !link.address.isStation { return "\(link.name) is no Ethernet interface: it has no MAC address" }
        return nil
    }

    package static func takeOver(_ snapshot: InterfaceSnapshot, statePath: String) -> [TakeoverStep] {
        let name = snapshot.link.name
        let space = namespace(of: name)
        var steps: [TakeoverStep] = [
            .writeState(path: statePath), .makeNamespace(space), .moveCard(name, into: space),
            .silenceCard(name, in: space), .makeProxy(name),
            .copyLink(name, mtu: snapshot.link.mtu, address: snapshot.link.address.description),
        ]
        steps += restored(snapshot, on: name)
        if snapshot.link.isUp { steps.append(.startCard(name, in: space)) }
        return steps
    }

    package static func giveBack(_ snapshot: InterfaceSnapshot, statePath: String) -> [TakeoverStep] {
        let name = snapshot.link.name
        let space = namespace(of: name)
        return [.removeProxy(name), .moveCardBack(name, from: space)] + restored(snapshot, on: name)
            + [.removeNamespace(space), .removeState(path: statePath)]
    }

    private static func restored(_ snapshot: InterfaceSnapshot, on name: String) -> [TakeoverStep] {
        snapshot.addresses.map { .addAddress($0.address.description, prefix: $0.prefix, to: name) }
            + snapshot.manualRoutes.map { .addRoute($0.sentence, by: name) }
    }
}

extension InterfaceRoute {
    /// The route in words.
    var sentence: String {
        let prefix = route.prefixLength == 0 ? "default" : "\(route.destination)/\(route.prefixLength)"
        return route.gateway.isUnspecified ? prefix : "\(prefix) via \(route.gateway)"
    }
}
