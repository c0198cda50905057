import CLinux
import Glibc
import InetWire

/// Takes an interface over and gives it back, step by step as `TakeoverPlan` says. Whoever owns it calls from one
/// thread.
///
/// State is written before the first change. A start that finds card and proxy as an earlier one left them goes on
/// with them: addresses, routes and open connections of the machine are still there.
final class Takeover {
    let name: String
    let namespace: String
    let statePath: String
    private(set) var proxy: Int32 = -1
    private let system: NetlinkSocket
    private let home: Int32

    init(_ name: String) throws(OwnerProblem) {
        self.name = name
        namespace = Namespace.path(TakeoverPlan.namespace(of: name))
        statePath = "/run/\(TakeoverPlan.namespace(of: name)).state"
        system = try NetlinkSocket()
        home = SystemCalls.openNamespace(nil)
    }

    deinit {
        if home >= 0 { _ = clinux_close(home) }
        if proxy >= 0 { _ = clinux_close(proxy) }
    }

    /// The interface, or its proxy, as the system has it now; nil if there is none of that name.
    func snapshot() throws(OwnerProblem) -> InterfaceSnapshot? {
        InterfaceSnapshot(of: name, in: Self.news(try messages()))
    }

    private func messages() throws(OwnerProblem) -> [NetlinkMessage] {
        try system.dump([NetlinkKind.getLink, NetlinkKind.getAddress, NetlinkKind.getRoute])
    }

    static func news(_ messages: [NetlinkMessage]) -> [NetlinkNews] {
        // What can't be read is none of ours.
        messages.compactMap { try? NetlinkNews($0) }
    }

    /// Whether an earlier run left the interface taken over.
    var isTaken: Bool { (try? cardLink()) != nil }

    /// The card where it lives while it is ours.
    func cardLink() throws(OwnerProblem) -> InterfaceLink? {
        guard SystemCalls.exists(namespace) else { return nil }
        let card = try NetlinkSocket(in: namespace)
        for case .link(let link) in Self.news(try card.dump([NetlinkKind.getLink])) where link.name == name {
            return link
        }
        return nil
    }

    /// Takes the interface over, or goes on where an earlier run was killed.
    func take() throws(OwnerProblem) {
        if isTaken { return try resume() }
        guard let before = try snapshot() else { throw OwnerProblem("there is no interface \(name)") }
        if let objection = TakeoverPlan.objection(to: before) { throw OwnerProblem(objection) }
        do throws(OwnerProblem) {
            try takeFresh(before)
        } catch {
            try? giveBack(before)
            throw error
        }
    }

    private func takeFresh(_ before: InterfaceSnapshot) throws(OwnerProblem) {
        try writeState(before)
        // One that nobody lives in is left over.
        if SystemCalls.exists(namespace) { SystemCalls.removeNamespace(namespace) }
        try check(SystemCalls.createNamespace(namespace), "make the network namespace \(namespace)")
        let space = SystemCalls.openNamespace(namespace)
        defer { if space >= 0 { _ = clinux_close(space) } }
        try move(before.link.index, to: space, with: system, "move \(name) into \(namespace)")
        try silence()
        try openProxy()
        try dress(before)
        if before.link.isUp { try switchCard(on: true) }
    }

    /// Goes on with card and proxy as they are; addresses come back from the state only if the proxy has gone.
    private func resume() throws(OwnerProblem) {
        let wasThere = try snapshot() != nil
        try openProxy()
        if !wasThere, let kept = try readState() { try dress(kept) }
        if let now = try snapshot(), now.link.isUp { try switchCard(on: true) }
    }

    /// Gives the interface back as its proxy has it now.
    func giveBack() throws(OwnerProblem) {
        var known = try snapshot()
        if known == nil { known = try readState() }
        guard let last = known else { throw OwnerProblem("nothing is known of \(name): it was not taken over") }
        try giveBack(last)
    }

    private func giveBack(_ last: InterfaceSnapshot) throws(OwnerProblem) {
        removeProxy()
        if let card = try cardLink() {
            let there = try NetlinkSocket(in: namespace)
            try move(card.index, to: home, with: there, "move \(name) back out of \(namespace)")
        }
        if let back = try snapshot() {
            try put(last, on: back.link.index, flags: last.link.isUp ? 1 : 0)
        }
        if SystemCalls.exists(namespace) { SystemCalls.removeNamespace(namespace) }
        SystemCalls.remove(statePath)
    }

    private func removeProxy() {
        if proxy < 0, isTaken { proxy = SystemCalls.openProxy(name) }
        guard proxy >= 0 else { return }
        _ = clinux_tap_release(proxy)
        _ = clinux_close(proxy)
        proxy = -1
    }

    private func openProxy() throws(OwnerProblem) {
        proxy = SystemCalls.openProxy(name)
        try check(min(proxy, 0), "make the proxy device \(name)")
    }

    /// Gives the proxy what the interface had.
    private func dress(_ before: InterfaceSnapshot) throws(OwnerProblem) {
        guard let now = try snapshot() else { throw OwnerProblem("the proxy device \(name) is not there") }
        var request = NetlinkRequest.setLink(now.link.index)
        request.add(1, before.link.address.octets)
        request.add(4, word32: before.link.mtu)
        // One frame of the machine's own may not hold the wire for long.
        request.add(41, word32: 16_384)
        try system.perform(request, "give \(name) its MAC address and MTU")
        // Announces a MAC address that is changed.
        _ = SystemCalls.writeText("1", to: "/proc/sys/net/ipv4/conf/\(name)/arp_notify")
        _ = SystemCalls.writeText("1", to: "/proc/sys/net/ipv6/conf/\(name)/ndisc_notify")
        try put(before, on: now.link.index, flags: before.link.isUp ? 1 : 0)
    }

    /// Puts addresses and routes on an interface, switched on before its routes.
    private func put(_ before: InterfaceSnapshot, on index: UInt32, flags: UInt32) throws(OwnerProblem) {
        // ARP on (IFF_NOARP off), and up as it was.
        try system.perform(.setLink(index, flags: 0x81, values: flags), "switch \(name) on")
        for address in before.addresses {
            try system.perform(
                .add(address, to: index), "add the address \(address.address)/\(address.prefix) to \(name)")
        }
        guard flags & 1 != 0 else { return }
        for route in before.manualRoutes {
            try system.perform(.add(route, by: index), "add the route \(route.sentence) by \(name)")
        }
    }

    /// The system answers nothing for the card: it has no address, no ARP and no IPv6 there.
    private func silence() throws(OwnerProblem) {
        let path = "/proc/sys/net/ipv6/conf/\(name)/disable_ipv6"
        let problem = Namespace.run(namespace) { SystemCalls.writeText("1", to: path) }
        if problem != 0, problem != -ENOENT { throw OwnerProblem.system("take IPv6 off \(name)", -problem) }
        try changeCard("take ARP off \(name)") { .setLink($0, flags: 0x80, values: 0x80) }
    }

    func switchCard(on: Bool) throws(OwnerProblem) {
        try changeCard("switch \(name) \(on ? "on" : "off")") { .setLink($0, flags: 1, values: on ? 1 : 0) }
    }

    private func changeCard(_ doing: String, _ request: (UInt32) -> NetlinkRequest) throws(OwnerProblem) {
        guard let card = try cardLink() else { throw OwnerProblem("\(name) is not in \(namespace)") }
        try NetlinkSocket(in: namespace).perform(request(card.index), doing)
    }

    private func move(
        _ index: UInt32, to space: Int32, with socket: NetlinkSocket, _ doing: String
    ) throws(OwnerProblem) {
        try check(min(space, 0), doing)
        var request = NetlinkRequest.setLink(index)
        request.add(28, word32: UInt32(bitPattern: space))
        try socket.perform(request, doing)
    }

    private func check(_ result: Int32, _ doing: String) throws(OwnerProblem) {
        if result < 0 { throw OwnerProblem.system(doing, -result) }
    }
}
