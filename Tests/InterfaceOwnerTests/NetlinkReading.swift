import InetStack
import InetWire
import Octets
import Testing

@testable import InterfaceOwner

@Suite("What a route netlink socket tells") struct NetlinkReading {
    @Test("a link with its name, MAC address, MTU and flags")
    func link() throws {
        let news = try Sample.news(Sample.link(3, "eth0", mtu: 9_000, flags: 0x10103, master: 8))
        guard case .link(let link) = try #require(news.first) else { return #expect(Bool(false)) }
        #expect(link.index == 3 && link.name == "eth0" && link.mtu == 9_000 && link.master == 8)
        #expect(link.address == MACAddress(bits: 0x0200_0000_0011))
        #expect(link.isUp && link.hasCarrier && link.isPromiscuous && !link.isLoopback && !link.takesAllMulticast)
    }

    @Test("several messages in one read, and a message of no interest between them")
    func several() throws {
        let octets = Sample.link(1, "a") + Sample.message(99, [1, 2, 3, 4]) + Sample.link(2, "b")
        #expect(try Sample.news(octets).count == 2)
    }

    @Test(
        "routes: on the link, by a router, of another interface, of this machine, in another table",
        arguments: [
            (Sample.route([10, 0, 0, 0], 8, out: 3), Route(.ipv4(0x0A00_0000), 8)),
            (
                Sample.route([], 0, via: [10, 0, 0, 1], out: 3, metric: 50),
                Route(.ipv4(0), 0, via: .ipv4(0x0A00_0001), metric: 50)
            ),
            (
                Sample.route([10, 0, 0, 9], 32, out: 1, table: 255, kind: 2),
                Route(.ipv4(0x0A00_0009), 32, isReject: true)
            ),
            (Sample.route([10, 0, 0, 0], 8, out: nil, kind: 7), Route(.ipv4(0x0A00_0000), 8, isReject: true)),
        ] as [([UInt8], Route)])
    func routes(octets: [UInt8], expected: Route) throws {
        guard case .route(let route) = try #require(Sample.news(octets).first) else { return #expect(Bool(false)) }
        #expect(route.route.destination == expected.destination && route.route.gateway == expected.gateway)
        #expect(route.route.prefixLength == expected.prefixLength && route.route.metric == expected.metric)
        #expect(route.route.isReject == expected.isReject)
    }

    @Test("routes of other tables, and copies that the kernel made of a used one, are none")
    func otherRoutes() throws {
        #expect(try Sample.news(Sample.route([10, 0, 0, 0], 8, out: 3, table: 100)).isEmpty)
        #expect(try Sample.news(Sample.route([10, 0, 0, 0], 8, out: 3, flags: 0x200)).isEmpty)
    }

    @Test(
        "neighbours by their state",
        arguments: [
            (0x02, MirroredState.reachable), (0x04, .stale), (0x08, .stale), (0x10, .stale), (0x80, .permanent),
            (0x40, .permanent), (0x01, .gone), (0x20, .gone), (0x00, .gone),
        ] as [(UInt16, MirroredState)])
    func neighbors(bits: UInt16, state: MirroredState) throws {
        let octets = Sample.neighbor(3, [10, 0, 0, 2], mac: Sample.mac, state: bits)
        guard case .neighbor(3, let address, let link, let found) = try #require(Sample.news(octets).first) else {
            return #expect(Bool(false))
        }
        #expect(address == .ipv4(0x0A00_0002) && found == state)
        #expect(link == (state == .gone ? .zero : MACAddress(bits: 0x0200_0000_0011)))
    }

    @Test("every truncation and every changed octet is read or refused, and never traps")
    func anything() throws {
        let whole =
            Sample.link(3, "eth0") + Sample.address(3, [10, 0, 0, 1], prefix: 24)
            + Sample.route([], 0, via: [10, 0, 0, 1], out: 3)
            + Sample.neighbor(3, [10, 0, 0, 2], mac: Sample.mac, state: 2)
        var refused = 0
        for count in 0..<whole.count {
            do { _ = try Sample.news(Array(whole.prefix(count))) } catch { refused += 1 }
        }
        #expect(refused > whole.count / 2)
        for place in 0..<whole.count {
            for value in [0, 1, 0x7F, 0xFF] as [UInt8] {
                var changed = whole
                changed[place] = value
                _ = try? Sample.news(changed)
            }
        }
    }
}

@Suite("An interface written down and made again") struct SnapshotTests {
    let octets =
        Sample.link(3, "eth0") + Sample.link(4, "eth1") + Sample.address(3, [10, 0, 0, 1], prefix: 24)
        + Sample.address(4, [10, 1, 0, 1], prefix: 24) + Sample.route([10, 0, 0, 0], 24, out: 3, maker: 2)
        + Sample.route([], 0, via: [10, 0, 0, 254], out: 3) + Sample.route([10, 7, 0, 0], 16, out: 3)
        + Sample.route([10, 1, 0, 0], 24, out: 4, maker: 2)

    @Test("an interface has its own addresses and routes alone; routers come behind what leads to them")
    func snapshot() throws {
        let news = try Sample.news(octets)
        let snapshot = try #require(InterfaceSnapshot(of: "eth0", in: news))
        #expect(snapshot.addresses.map(\.address) == [.ipv4(0x0A00_0001)])
        #expect(snapshot.routes.count == 3)
        #expect(snapshot.manualRoutes.map(\.sentence) == ["10.7.0.0/16", "default via 10.0.0.254"])
        #expect(InterfaceSnapshot(of: "eth2", in: news) == nil)
    }

    @Test("an address and a route go to another interface as they were")
    func again() throws {
        let snapshot = try #require(InterfaceSnapshot(of: "eth0", in: Sample.news(octets)))
        let address = NetlinkRequest.add(try #require(snapshot.addresses.first), to: 9)
        guard case .address(let made) = try #require(Sample.news(address.numbered(1)).first) else {
            return #expect(Bool(false))
        }
        #expect(made.index == 9 && made.address == .ipv4(0x0A00_0001) && made.prefix == 24)
        let route = NetlinkRequest.add(try #require(snapshot.manualRoutes.last), by: 9)
        guard case .route(let again) = try #require(Sample.news(route.numbered(2)).first) else {
            return #expect(Bool(false))
        }
        #expect(again.index == 9 && again.route.gateway == .ipv4(0x0A00_00FE) && again.route.prefixLength == 0)
    }

    @Test("the state file gives back what was written; a text that was cut, or of another kind, gives nothing")
    func state() throws {
        let state = InterfaceState(messages: try NetlinkMessage.all(in: octets[...]))
        let read = try #require(InterfaceState(text: state.text))
        #expect(read.messages.map(\.kind) == state.messages.map(\.kind))
        #expect(read.messages.map(\.body) == state.messages.map(\.body))
        for count in 0..<state.text.count - 1 {
            #expect(InterfaceState(text: String(state.text.prefix(count))) == nil)
        }
        #expect(InterfaceState(text: "something else\nend\n") == nil)
    }

    @Test("the plan goes into the namespace and back; a loopback, a bridged and a tunnel interface are refused")
    func plan() throws {
        let snapshot = try #require(InterfaceSnapshot(of: "eth0", in: Sample.news(octets)))
        let steps = TakeoverPlan.takeOver(snapshot, statePath: "/run/x")
        #expect(steps.first == .writeState(path: "/run/x"))
        let move = try #require(steps.firstIndex(of: .moveCard("eth0", into: "tandem-eth0")))
        let proxy = try #require(steps.firstIndex(of: .makeProxy("eth0")))
        let address = try #require(steps.firstIndex(of: .addAddress("10.0.0.1", prefix: 24, to: "eth0")))
        #expect(move < proxy && proxy < address && steps.last == .startCard("eth0", in: "tandem-eth0"))
        let back = TakeoverPlan.giveBack(snapshot, statePath: "/run/x")
        #expect(back.first == .removeProxy("eth0") && back.last == .removeState(path: "/run/x"))
        #expect(TakeoverPlan.objection(to: snapshot) == nil)
        for bad in [
            Sample.link(1, "eth0", flags: 9), Sample.link(1, "eth0", master: 5), Sample.link(1, "eth0", mac: [0, 0]),
        ] {
            #expect(
                TakeoverPlan.objection(to: try #require(InterfaceSnapshot(of: "eth0", in: Sample.news(bad)))) != nil)
        }
    }
}
