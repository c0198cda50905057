import CallControl
import MediaControl
import Octets
import SIPMessage
import SwitchConfig
import Testing
import Timing

@Suite("Where the called side's media is expected")
struct MediaExpectation {
    /// Rings `out`, whose media always has one address and port; the port that our offer names.
    private func offeredPort(_ bench: TestSwitch, callID: String, callerPort: Int) throws -> String {
        var a = try Phone("alice", "127.0.5.2")
        let b = try Phone("bob", "127.0.5.3")
        bench.send(try a.invite("b100", callID: callID, body: Phone.description(port: callerPort)), from: a)
        let invite = try bench.takeRequest(.invite, to: b.endpoint)
        let offer = String(decoding: invite.body, as: UTF8.self)
        let line = try #require(offer.split(whereSeparator: \.isNewline).first { $0.hasPrefix("m=audio") })
        bench.send(b.response(200, to: invite, body: Phone.description(port: 6000, address: "127.0.9.1")), from: b)
        _ = bench.takeAll()
        return String(line.split(separator: " ")[1])
    }

    @Test("calls of a trunk with one media address and port are put on different pairs, as long as there are some")
    func spread() throws {
        let bench = try TestSwitch(media: FakeMedia(contexts: 16, pairs: 8))
        _ = try offeredPort(bench, callID: "c0", callerPort: 4000)
        // From the second call on the endpoint is known before the answer.
        let ports = try (1..<8).map { try offeredPort(bench, callID: "c\($0)", callerPort: 4000 + 2 * $0) }
        #expect(Set(ports).count == ports.count)
    }

    @Test("two unproven calls of one far endpoint meet only when no other pair is left")
    func collisions() throws {
        let bench = try TestSwitch(media: FakeMedia(contexts: 16, pairs: 8))
        let far = InetEndpoint(address: .ipv4(0x7F00_0901), port: 6000)
        for number in 0..<8 {
            _ = try offeredPort(bench, callID: "c\(number)", callerPort: 4000 + 2 * number)
        }
        let contexts = bench.media.contexts.values.map(\.context)
        #expect(contexts.count == 8)
        #expect(!contexts.contains { bench.media.control.collides($0, .b, remote: far) })
        _ = try offeredPort(bench, callID: "c8", callerPort: 5000)
        let last = bench.media.contexts.values.map(\.context)
        #expect(last.contains { bench.media.control.collides($0, .b, remote: far) })
    }
}
