import MediaControl
import MediaPlane
import Octets
import PacketDemux
import RTP
import Testing
import Timing

/// One RTCP datagram as read.
struct ReadReport {
    var isSender = false
    var sender: UInt32 = 0
    var info: SenderInfo?
    var block: ReportBlock?
    var name = ""
    var saysBye = false

    init?(_ sent: Sent) {
        let window = Memory(sent.octets).window
        guard RTCPWalker.problem(in: window) == nil else { return nil }
        var walker = RTCPWalker(window)
        while let part = walker.next() {
            switch part.kind {
            case .senderReport, .receiverReport:
                info = part.senderInfo(in: window)
                isSender = info != nil
                sender = part.sender(in: window)?.value ?? 0
                if part.reportCount > 0 { block = part.report(at: 0, in: window) }
            case .sourceDescription:
                guard let text = part.canonicalName(of: SSRC(sender), in: window) else { return nil }
                name = String(decoding: (0..<text.count).map { text.octet(at: $0) }, as: UTF8.self)
            case .bye: saysBye = part.says(bye: SSRC(sender), in: window)
            case .application, .transportFeedback, .payloadFeedback, .extendedReport, nil: return nil
            }
        }
    }
}

@Suite("RFC 3550 §6 we report to each side as the RTP endpoint that we are")
struct RFC3550_6_Reports {
    /// Both speak for the given time; all that was sent.
    private func talk(_ call: Call, seconds: Int, losing: Set<Int> = []) -> [Sent] {
        var sent: [Sent] = []
        for step in 0..<seconds * 50 {
            let octets = call.alice.speak()
            if !losing.contains(step) { call.bench.arrive(octets, from: call.alice.endpoint, pair: 0) }
            call.bench.arrive(call.bob.speak(), from: call.bob.endpoint, pair: 1)
            call.bench.deliver()
            call.bench.run(milliseconds: 20)
            sent += call.bench.takeSent()
        }
        return sent
    }

    @Test("the first report to each side within 3.4 s, then every 2 to 6.5 s; to the RTCP port, from ours")
    func timing() {
        let call = Call()
        let start = call.bench.now
        let reports = talk(call, seconds: 60).reports
        for (phone, pair) in [(call.alice, UInt16(0)), (call.bob, 1)] {
            let port = phone.endpoint.port + 1
            let own = reports.filter { $0.destination == InetEndpoint(address: phone.endpoint.address, port: port) }
            #expect(own.allSatisfy { $0.port.pair == pair && $0.port.channel == .rtcp })
            let times = own.map { Double(($0.at - start).nanoseconds) / 1e9 }
            #expect((times.first ?? 99) >= 1 && (times.first ?? 99) <= 3.4)
            let steps = zip(times.dropFirst(), times).map { $0 - $1 }
            #expect(steps.count >= 8 && steps.allSatisfy { $0 >= 2 && $0 <= 6.5 })
        }
    }

    @Test("SR, report block and SDES with the canonical name, all fields right")
    func contents() throws {
        let call = Call()
        call.bench.align(WallInstant(microseconds: 1_700_000_000_000_000))
        let start = call.bench.now
        let sent = talk(call, seconds: 20, losing: [100, 101, 102, 500])
        let toAlice = sent.reports.filter { $0.destination.address == call.alice.endpoint.address }
        let last = try #require(toAlice.last)
        let report = try #require(ReadReport(last))
        #expect(report.sender == 0xaaaa_0001 && report.name == "0123456789abcdef" && !report.saysBye)
        let info = try #require(report.info)
        let elapsed = Double((last.at - start).nanoseconds) / 1e9
        let ntpSeconds = Double(info.ntpTimestamp) / 4_294_967_296
        let drift: Double = ntpSeconds - 3_908_988_800 - elapsed
        #expect(abs(drift) < 0.001)
        let packets = UInt32((elapsed * 50).rounded(.up))
        #expect(info.packetCount == packets && info.octetCount == packets * 160)
        let heard = sent.heard(by: call.alice)
        let stamp = try #require(heard.first).timestamp
        let media = Int(info.rtpTimestamp &- stamp) - Int(elapsed * 8000)
        #expect(abs(media) <= 1)
        let block = try #require(report.block)
        #expect(block.ssrc.value == 0xa11ce && block.cumulativeLost == 4 && block.jitter == 0)
        #expect(block.highestSequence == 100 + packets - 1)
    }

    @Test("a side that only listens gets an RR's empty counterpart: RR when we send nothing to it")
    func receiverReport() throws {
        let call = Call()
        for _ in 0..<500 {
            _ = call.aliceSends(call.alice.speak())
            call.bench.run(milliseconds: 20)
        }
        call.bench.run(milliseconds: 8000)
        let reports = call.bench.takeSent().reports.filter { $0.destination.address == call.alice.endpoint.address }
        let report = try #require(reports.compactMap(ReadReport.init).first)
        #expect(!report.isSender && report.block?.ssrc.value == 0xa11ce)
    }

    @Test("multiplexed, reports go to the RTP port from our RTP port (RFC 5761)")
    func multiplexed() {
        let call = Call { a, _ in
            a.flags.insert(.rtcpMux)
            a.remoteRTCP = a.remoteRTP
        }
        let reports = talk(call, seconds: 10).reports.filter { $0.destination.address == call.alice.endpoint.address }
        #expect(!reports.isEmpty)
        #expect(reports.allSatisfy { $0.destination == call.alice.endpoint && $0.port.channel == .rtp })
    }

    @Test("LSR and DLSR of their SR; the round trip from theirs")
    func roundTrip() throws {
        let call = Call()
        _ = talk(call, seconds: 1)
        let window = Memory([UInt8](repeating: 0, count: 200)).window
        var writer = RTCPWriter(window)
        writer.senderReport(
            SSRC(0xa11ce),
            SenderInfo(ntpTimestamp: 0x1122_3344_5566_7788, rtpTimestamp: 0, packetCount: 50, octetCount: 8000))
        writer.canonicalName(SSRC(0xa11ce), Memory([0x61]).window)
        let from = InetEndpoint(address: call.alice.endpoint.address, port: call.alice.endpoint.port + 1)
        call.bench.arrive((0..<writer.count).map { window.octet(at: $0) }, from: from, pair: 0, channel: .rtcp)
        call.bench.deliver()
        let arrived = call.bench.now
        let sent = talk(call, seconds: 8).reports.filter { $0.destination == from }
        let first = try #require(sent.first)
        let block = try #require(ReadReport(first)?.block)
        #expect(block.lastSR == 0x3344_5566)
        let delay = Double(block.delaySinceLastSR) / 65_536
        let passed = Double((first.at - arrived).nanoseconds) / 1e9
        #expect(abs(delay - passed) < 0.001)
        try answer(call, to: first, from: from)
        call.bench.run(milliseconds: 260)
        let counters = call.bench.counters(call.context, .a)
        #expect(abs(Int(counters.roundTrip) - 150_000) < 1000)
        #expect(counters.lostRemote == 3 && counters.jitterRemote == 2000 && counters.remoteReports == 1)
        #expect(counters.mosRemote > 400 && counters.mosRemote < 441)
    }

    /// Alice's RR about the report in `sent`: she had it for 50 ms, and 150 ms passed on the way.
    private func answer(_ call: Call, to sent: Sent, from: InetEndpoint) throws {
        let info = try #require(ReadReport(sent)?.info)
        let passed = (call.bench.now - sent.at).wholeMilliseconds
        call.bench.run(milliseconds: max(0, 200 - passed))
        let held = (call.bench.now - sent.at).wholeMilliseconds - 150
        let window = Memory([UInt8](repeating: 0, count: 100)).window
        var writer = RTCPWriter(window)
        writer.receiverReport(SSRC(0xa11ce))
        writer.report(
            ReportBlock(
                ssrc: SSRC(0xaaaa_0001), fractionLost: 0, cumulativeLost: 3, highestSequence: 0, jitter: 16,
                lastSR: info.middle, delaySinceLastSR: UInt32(held * 65_536 / 1000)))
        call.bench.arrive((0..<writer.count).map { window.octet(at: $0) }, from: from, pair: 0, channel: .rtcp)
        call.bench.deliver()
    }

    @Test("BYE to both sides when the context ends, but not to one that never heard of us (§6.3.7)")
    func bye() throws {
        let call = Call()
        _ = talk(call, seconds: 1)
        call.bench.subtract(call.context)
        let reports = call.bench.takeSent().reports.compactMap(ReadReport.init)
        #expect(reports.count == 2 && reports.allSatisfy(\.saysBye))
        #expect(Set(reports.map(\.sender)) == [0xaaaa_0001, 0xbbbb_0001])
        let silent = Call()
        silent.bench.subtract(silent.context)
        #expect(silent.bench.takeSent().isEmpty)
    }

    @Test("broken RTCP changes nothing")
    func broken() {
        let call = Call()
        _ = talk(call, seconds: 1)
        let from = InetEndpoint(address: call.alice.endpoint.address, port: call.alice.endpoint.port + 1)
        call.bench.arrive([0x81, 201, 0, 99, 0, 0, 0, 1], from: from, pair: 0, channel: .rtcp)
        call.bench.deliver()
        #expect(call.bench.takeSent().isEmpty)
        call.bench.run(milliseconds: 260)
        #expect(call.bench.counters(call.context, .a).remoteReports == 0)
    }
}
