import InetStack
import InetWire
import Octets
import Testing

@testable import InterfaceOwner

/// Effects as texts, to be compared.
private func texts(_ effects: [MirrorEffect]) -> [String] { effects.map { "\($0)" } }

@Suite("The control channel: proxy, card and real-time plane stay the same") struct MirrorTests {
    static func link(_ index: UInt32, mac: [UInt8] = Sample.mac, mtu: UInt32 = 1_500, flags: UInt32 = 0x10003) throws
        -> InterfaceLink
    {
        guard
            case .link(let link)? = try Sample.news(Sample.link(index, "eth0", mac: mac, mtu: mtu, flags: flags)).first
        else { throw NetlinkProblem.truncated }
        return link
    }

    static func mirror() throws -> LinkMirror {
        var mirror = LinkMirror(proxy: try link(7), card: try link(2))
        // What is known at the start is told once.
        _ = mirror.systemChanged(.link(try link(7)))
        return mirror
    }

    @Test("a MAC address, an MTU, down and promiscuous on the proxy are done on the card and told")
    func proxyChanges() throws {
        var mirror = try Self.mirror()
        let mac: [UInt8] = [2, 0, 0, 0, 0, 0x77]
        let changed = try Self.link(7, mac: mac, mtu: 1_400, flags: 0x102)
        let effects = mirror.systemChanged(.link(changed))
        guard case .setCardAddress(let address) = effects[0], case .setCardMTU(1_400) = effects[1],
            case .setCardUp(false) = effects[2], case .setCardPromiscuous(true) = effects[3],
            case .tell(.link(let state)) = effects[4], effects.count == 5
        else { return #expect(Bool(false), "\(effects)") }
        #expect(address == MACAddress(bits: 0x0200_0000_0077))
        #expect(state == LinkState(address: address, mtu: 1_400, isUp: false))
    }

    @Test("what the card says back is no news, and neither is another interface")
    func noEcho() throws {
        var mirror = try Self.mirror()
        #expect(mirror.systemChanged(.link(try Self.link(7))).isEmpty)
        #expect(mirror.cardChanged(.link(try Self.link(2))).isEmpty)
        #expect(mirror.systemChanged(.link(try Self.link(9, mtu: 99))).isEmpty)
        #expect(mirror.cardChanged(.link(try Self.link(9, mtu: 99))).isEmpty)
    }

    @Test("a cable that is pulled is shown on the proxy and told, and so when it is back")
    func carrier() throws {
        var mirror = try Self.mirror()
        let down = mirror.cardChanged(.link(try Self.link(2, flags: 3)))
        guard case .setProxyCarrier(false) = down[0], case .tell(.link(let state)) = down[1] else {
            return #expect(Bool(false), "\(down)")
        }
        #expect(!state.isUp)
        let up = mirror.cardChanged(.link(try Self.link(2)))
        guard case .setProxyCarrier(true) = up[0], case .tell(.link(let again)) = up[1] else {
            return #expect(Bool(false), "\(up)")
        }
        #expect(again.isUp)
    }

    @Test("neighbours of the proxy are told, those of others are not; routes by others lead nowhere for us")
    func tables() throws {
        var mirror = try Self.mirror()
        let near = try Sample.news(Sample.neighbor(7, [10, 0, 0, 2], mac: Sample.mac, state: 2))
        let far = try Sample.news(Sample.neighbor(1, [10, 0, 0, 3], mac: Sample.mac, state: 2))
        #expect(near.flatMap { mirror.systemChanged($0) }.count == 1)
        #expect(far.flatMap { mirror.systemChanged($0) }.isEmpty)
        for (index, isReject) in [(7, false), (1, true)] as [(UInt32, Bool)] {
            let news = try Sample.news(Sample.route([10, 7, 0, 0], 16, out: index))
            guard case .tell(.route(let route)) = try #require(news.flatMap { mirror.systemChanged($0) }.first) else {
                return #expect(Bool(false))
            }
            #expect(route.isReject == isReject)
        }
    }
}
