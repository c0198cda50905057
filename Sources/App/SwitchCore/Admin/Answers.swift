import Billing
import CLinux
import CallControl
import InterfaceOwner
import Ledger
import MediaControl
import Octets
import Registrar
import SIPTransaction
import Telemetry
import Timing

/// What the daemon answers on its local socket. Owner: the SIP shard's event loop.
extension SignallingShard {
    func answer(_ request: String, json: Bool) -> AdminAnswer {
        guard !isStopped else { return .refused("the switch is ending") }
        let words = request.split(separator: " ").map(String.init)
        switch words.first {
        case "status": return .text(json ? statusObject().text : statusText())
        case "calls": return .text(calls(json))
        case "registrations": return .text(registrations(json))
        case "ports": return .text(ports(json))
        case "claim": return moved(words) { port throws(PortRegistry.Refusal) in try media.claim(port: port) }
        case "release": return moved(words) { port throws(PortRegistry.Refusal) in try media.relinquish(port: port) }
        case "hangup": return hangUp(words)
        default: return .refused("the switch does not know the request \(JSONText.quoted(request))")
        }
    }

    private func statusObject() -> JSONBuilder {
        var object = JSONBuilder()
        let counts = engine.counts
        object.add("version", ProductVersion.text)
        object.add("uptime_s", (Clock.now - startedAt).nanoseconds / 1_000_000_000)
        object.add("draining", engine.isDraining)
        object.add("calls", engine.callCount)
        object.add("calls_total", counts.calls)
        object.add("answered_total", counts.answered)
        object.add("registrations", engine.registrations(now: Clock.now).count)
        object.add("transactions", engine.clientTransactionCount + engine.serverTransactionCount)
        object.add("retransmitted_requests", engine.transactionCounts.retransmittedRequests)
        object.add("retransmitted_responses", engine.transactionCounts.retransmittedResponses)
        object.add("refused_for_load", counts.refusedForLoad)
        object.add("challenges", counts.challenges)
        object.add("failed_authentications", counts.failedAuthentications)
        object.add("malformed", counts.malformed)
        object.add("bans", counts.bans)
        object.add("banned_now", engine.bannedCount(now: Clock.now))
        addLedger(to: &object)
        addMedia(to: &object)
        object.add("resident_octets", clinux_resident_octets())
        object.add("peak_resident_octets", clinux_peak_resident_octets())
        object.add("heap_octets", clinux_heap_in_use())
        return object
    }

    private func addLedger(to object: inout JSONBuilder) {
        let status = ledger.status
        object.add("record_commits", status.commits)
        object.add("record_failed_commits", status.failedCommits)
        object.add("records_open", status.liveRecords)
        object.add("records_recovered", status.recovered)
        object.add("longest_commit_us", status.longestCommitMicroseconds)
        object.add("admits_calls", ledger.admitsCalls)
    }

    private func addMedia(to object: inout JSONBuilder) {
        object.add("media_capacity_pps", media.admission.capacity)
        object.add("media_load_pps", media.admission.load(now: Clock.now))
        object.add("realtime", realTime)
        object.add("packet_calls", packetCalls)
        object.add("slow_datagrams", media.slowDatagrams)
        guard let counters = media.shardCounters else { return }
        object.add("packets_in", counters.packetsIn)
        object.add("packets_out", counters.packetsOut)
        object.add("kernel_drops", counters.kernelDrops)
        object.add("send_failures", counters.sendFailures)
        if let proxy = cardCounters() { addCard(counters, proxy, to: &object) }
        object.add("ticks", counters.ticks)
        object.add("late_ticks", counters.lateTicks)
        object.add("media_cpu_ms", counters.threadTime / 1_000_000)
        var refused = JSONBuilder()
        for reason in DropReason.allCases where counters.refused[Int(reason.rawValue)] > 0 {
            refused.add("\(reason)", counters.refused[Int(reason.rawValue)])
        }
        object.add("refused", refused)
    }

    private func addCard(_ counters: ShardCounters, _ proxy: ShuttleCounters, to object: inout JSONBuilder) {
        object.add("frames_in", counters.framesIn)
        object.add("frames_out", counters.framesOut)
        object.add("slow_out", counters.slowOut)
        object.add("frames_dropped", counters.framesDropped)
        object.add("proxy_frames_in", proxy.framesIn)
        object.add("proxy_frames_out", proxy.framesOut)
        object.add("proxy_dropped_in", proxy.droppedIn)
        object.add("proxy_dropped_out", proxy.droppedOut)
    }

    private func statusText() -> String {
        let rows: [[String]] = [
            ["calls", "\(engine.callCount) now, \(engine.counts.calls) in all, \(engine.counts.answered) answered"],
            ["registrations", "\(engine.registrations(now: Clock.now).count)"],
            [
                "refused",
                "\(engine.counts.refusedForLoad) for load, \(engine.counts.failedAuthentications) wrong passwords",
            ],
            ["records", "\(ledger.status.liveRecords) open, \(ledger.status.commits) commits"],
            [
                "media",
                "\(media.admission.load(now: Clock.now)) of \(media.admission.capacity) packets/s, \(realTime), \(packetCalls)",
            ],
            [
                "packets",
                media.shardCounters.map {
                    "\($0.packetsIn) in, \($0.packetsOut) out, \($0.kernelDrops) lost by the kernel"
                } ?? "-",
            ],
        ]
        return TextTable.text(rows)
    }

    private func hangUp(_ words: [String]) -> AdminAnswer {
        guard words.count == 2, let id = UUIDv7(text: words[1]) else { return .refused("a call_id is missing") }
        guard engine.callList().contains(where: { $0.id == id }) else { return .refused("no such call") }
        take(.hangUp(id))
        return .text("call \(words[1]) ends")
    }

    private func moved(
        _ words: [String], _ move: (UInt16) throws(PortRegistry.Refusal) -> Void
    ) -> AdminAnswer {
        guard words.count == 2, let port = UInt16(words[1]) else { return .refused("a port number is missing") }
        do {
            try move(port)
        } catch {
            return .refused("port \(port): \(error.sentence)")
        }
        tellPorts()
        wakeMedia()
        return .text("port \(port): done")
    }
}
