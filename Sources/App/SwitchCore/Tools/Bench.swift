import MediaControl
import RealTimeLoop
import SDP
import SIPMessage
import Timing

/// `tandem bench`: measurements that need nothing but this machine.
package enum Bench {
    /// Lateness of a thread that only wakes and sleeps: what the machine itself can keep.
    package static func timer(seconds: Double) -> String {
        var rows = [["SCHEDULER", "PERIOD", "WAKE-UPS", "P50 us", "P99 us", "P99.9 us", "WORST us"]]
        for priority in [Int32(50), 0] {
            for period in [1, 10] {
                guard
                    let result = TimerBench.run(
                        priority: priority, period: .milliseconds(period), seconds: seconds)
                else { continue }
                let name = priority == 0 ? "SCHED_OTHER" : "SCHED_FIFO"
                rows.append(
                    [result.refusal == 0 ? name : "\(name) (refused)", "\(period) ms", "\(result.wakeUps)"]
                        + [result.median, result.p99, result.p999, result.worst].map(microseconds))
            }
        }
        return TextTable.text(rows)
    }

    /// What admission takes for this machine's capacity.
    package static func capacity() -> String {
        var generator = SeededGenerator(seed: Secrets.word())
        let rates = (0..<5).map { _ in CapacityProbe.measure(milliseconds: 100, generator: &generator) }.sorted()
        return "\(rates[2]) packets/s relayed on one processor (\(rates[0]) to \(rates[4]) in five rounds)"
    }

    /// Parsing and writing of the messages of a basic call.
    package static func messages() -> String {
        let invite = Array(sampleInvite.utf8)
        guard case .request(let request)? = try? MessageParser.parse(datagram: invite) else { return "no sample" }
        let rows = [
            ["parse INVITE", nanoseconds { _ = try? MessageParser.parse(datagram: invite) }],
            ["write INVITE", nanoseconds { _ = request.serialized() }],
            ["parse SDP", nanoseconds { _ = try? SessionDescription(parsing: request.body) }],
            ["answer 200", nanoseconds { _ = SIPResponse(to: request, status: 200, toTag: "x").serialized() }],
        ]
        return TextTable.text(rows)
    }

    private static func microseconds(_ nanoseconds: UInt64) -> String { "\(nanoseconds / 1000)" }

    /// Best of five rounds, per call.
    private static func nanoseconds(_ body: () -> Void) -> String {
        let count = 20_000
        let best = (0..<5).map { _ in
            let start = Clock.now
            for _ in 0..<count { body() }
            return Int((Clock.now - start).nanoseconds) / count
        }.min()
        return "\(best ?? 0) ns"
    }

    private static let sampleInvite = [
        "INVITE sip:1002@tandem.test SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776asdhds;rport",
        "Max-Forwards: 70",
        "To: \"Bob\" <sip:1002@tandem.test>",
        "From: \"Alice\" <sip:1001@tandem.test>;tag=1928301774",
        "Call-ID: a84b4c76e66710@192.0.2.1",
        "CSeq: 314159 INVITE",
        "Contact: <sip:1001@192.0.2.1:5060;transport=udp>",
        "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE",
        "Supported: replaces, timer",
        "User-Agent: sample/1.0",
        "Content-Type: application/sdp",
        "Content-Length: 160",
        "",
        "v=0", "o=alice 2890844526 2890844526 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0",
        "m=audio 49172 RTP/AVP 0 8 101", "a=rtpmap:101 telephone-event/8000", "a=sendrecv", "",
    ].joined(separator: "\r\n")
}
