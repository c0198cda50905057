import Octets
import RTP
import Rings
import Telemetry
import Timing

/// What the flow table looks at of one RTCP datagram: who sent it, and on whom its first report is.
private struct ReportStep {
    let port: LocalPort
    let from: InetEndpoint
    let sender: UInt32
    let first: RTCPPart
    let datagram: OctetBuffer
    let now: MonotonicInstant

    @_noAllocation @_noLocks
    init(
        port: LocalPort, from: InetEndpoint, sender: UInt32, first: RTCPPart, datagram: OctetBuffer,
        now: MonotonicInstant
    ) {
        self.port = port
        self.from = from
        self.sender = sender
        self.first = first
        self.datagram = datagram
        self.now = now
    }
}

extension FlowTable {
    /// RTCP by its endpoint, else by its sender, else by the source of ours that it reports on. RFC 3550 6.1.
    @_noAllocation @_noLocks
    mutating func routeRTCP(
        _ datagram: OctetBuffer, to port: LocalPort, from source: InetEndpoint, now: MonotonicInstant
    ) -> FlowVerdict {
        guard case .none = RTCPWalker.problem(in: datagram) else { return drop(.notRTCP) }
        var walker = RTCPWalker(datagram)
        guard let first = walker.next(), let sender = first.sender(in: datagram) else { return drop(.notRTCP) }
        let step = ReportStep(
            port: port, from: source, sender: sender.value, first: first, datagram: datagram, now: now)
        let kind: FlowKeyKind = port.channel == .rtp ? .rtpEndpoint : .rtcpEndpoint
        let endpoint = index.find(FlowKey(kind, pair: port.pair, source))
        if endpoint.count == 0 { return routeStrayReport(step) }
        if let slot = owner(step, atEndpoint: true) { return accept(slot, step) }
        guard endpoint.count == 1 else { return drop(.unknownSSRC) }
        return takeAlone(FlowRole.slot(ofLink: endpoint.head), step)
    }

    /// The only flow at this endpoint gets a report of a sender that nobody knows, unless its far end uses the
    /// endpoint for other calls too and the flow knows its own source.
    @_noAllocation @_noLocks
    private mutating func takeAlone(_ slot: Int, _ step: ReportStep) -> FlowVerdict {
        let freed = FlowKey(.freed, pair: step.port.pair, address: step.from.address, source: step.sender)
        if quarantine.holds(freed, against: id(slot), sequence: nil, now: step.now, in: index) {
            return drop(.quarantined)
        }
        let isShared = index.find(FlowKey(.site, entries[slot].rtp)).count > 1
        if isShared, entries[slot].isProven { return drop(.unknownSSRC) }
        return accept(slot, step)
    }

    /// RTCP from an endpoint that no flow expects: a far end whose NAT gave it another port.
    @_noAllocation @_noLocks
    private mutating func routeStrayReport(_ step: ReportStep) -> FlowVerdict {
        guard let slot = owner(step, atEndpoint: false) else { return drop(.unknownSource) }
        guard step.port.channel == .rtcp, !entries[slot].wanted.isMultiplexed else { return drop(.unknownSource) }
        if entries[slot].isRTCPMoved, step.now - entries[slot].lastRTCP < Self.silence { return drop(.unproven) }
        index.remove(FlowRole.rtcpEndpoint.link(slot))
        entries[slot].rtcp = step.from
        entries[slot].isRTCPMoved = true
        _ = index.insert(
            FlowRole.rtcpEndpoint.link(slot), under: FlowKey(.rtcpEndpoint, pair: step.port.pair, step.from))
        tell(.rebound, slot, .rtcp, step.from, step.sender)
        return accept(slot, step)
    }

    /// The flow that the report is for: by its sender, else by the source of ours that it names.
    /// RT safe: at most `candidateLimit` flows and 31 blocks.
    @_noAllocation @_noLocks
    private func owner(_ step: ReportStep, atEndpoint: Bool) -> Int? {
        var link = index.find(FlowKey(.remoteSource, pair: step.port.pair, source: step.sender)).head
        var found = -1
        var seen = 0
        while link >= 0, seen < Self.candidateLimit {
            let slot = FlowRole.slot(ofLink: link)
            if isPlausible(slot, step, atEndpoint) {
                if found >= 0 { return namedOwner(step, atEndpoint) }
                found = slot
            }
            link = index.next(after: link)
            seen &+= 1
        }
        return found >= 0 ? found : namedOwner(step, atEndpoint)
    }

    @_noAllocation @_noLocks
    private func namedOwner(_ step: ReportStep, _ atEndpoint: Bool) -> Int? {
        var block = 0
        while block < step.first.reportCount {
            let named = step.first.report(at: block, in: step.datagram).ssrc.value
            let link = index.find(FlowKey(.localSource, pair: step.port.pair, source: named)).head
            if link >= 0, isPlausible(FlowRole.slot(ofLink: link), step, atEndpoint) {
                return FlowRole.slot(ofLink: link)
            }
            block &+= 1
        }
        return nil
    }

    /// Whether RTCP of this flow may come from where the report came from.
    @_noAllocation @_noLocks
    private func isPlausible(_ slot: Int, _ step: ReportStep, _ atEndpoint: Bool) -> Bool {
        let entry = entries[slot]
        guard entry.wanted.isDescribed else { return false }
        if atEndpoint { return (step.port.channel == .rtp ? entry.rtp : entry.rtcp) == step.from }
        switch entry.wanted.policy {
        case .strict: return false
        case .any: return !entry.isProven || entry.rtp.address == step.from.address
        case .proof:
            let address = step.from.address
            if entry.isProven { return entry.rtp.address == address }
            return entry.wanted.rtp.address == address || entry.wanted.signallingSource == address
        }
    }

    /// Delivers a report. One that names our source tells which stream is the flow's, if that was unknown.
    @_noAllocation @_noLocks
    private mutating func accept(_ slot: Int, _ step: ReportStep) -> FlowVerdict {
        entries[slot].lastRTCP = step.now
        let entry = entries[slot]
        if !entry.isProven, entry.wanted.remoteSource == 0, !entry.rtp.isUnspecified, names(entry, step) {
            announce(slot, step.sender)
        }
        return .deliver(id(slot), .rtcp)
    }

    /// Whether the report is on the source that we send to this flow.
    @_noAllocation @_noLocks
    private func names(_ entry: FlowEntry, _ step: ReportStep) -> Bool {
        guard let _ = step.first.report(on: SSRC(entry.wanted.localSource), in: step.datagram) else { return false }
        return true
    }

    /// Expects `source` from the flow's endpoint, as if its description had named it.
    @_noAllocation @_noLocks
    private mutating func announce(_ slot: Int, _ source: UInt32) {
        guard source != 0 else { return }
        unlinkStream(slot)
        entries[slot].wanted.remoteSource = source
        _ = linkStream(slot)
    }
}
