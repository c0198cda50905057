import Octets
import Rings
import Timing

extension FlowTable {
    /// Puts a flow under all keys that its state asks for; false if the index had no room for one.
    /// RT safe: at most 6 insertions.
    @_noAllocation @_noLocks
    mutating func link(_ slot: Int, now: MonotonicInstant) -> Bool {
        let entry = entries[slot]
        let wanted = entry.wanted
        guard wanted.isDescribed else { return linkPending(slot) }
        var done = true
        if !entry.rtp.isUnspecified {
            done = put(slot, .rtpEndpoint, FlowKey(.rtpEndpoint, pair: wanted.pair, entry.rtp)) && done
            done = put(slot, .site, FlowKey(.site, entry.rtp)) && done
        }
        if !wanted.isMultiplexed, !entry.rtcp.isUnspecified {
            done = put(slot, .rtcpEndpoint, FlowKey(.rtcpEndpoint, pair: wanted.pair, entry.rtcp)) && done
        }
        return linkStream(slot) && done
    }

    /// Takes a flow from all keys but our own source. RT safe: at most 6 removals.
    @_noAllocation @_noLocks
    func unlink(_ slot: Int) {
        index.remove(FlowRole.rtpEndpoint.link(slot))
        index.remove(FlowRole.rtcpEndpoint.link(slot))
        index.remove(FlowRole.site.link(slot))
        unlinkStream(slot)
    }

    /// Takes a flow from the keys that depend on whether its stream is bound.
    @_noAllocation @_noLocks
    func unlinkStream(_ slot: Int) {
        index.remove(FlowRole.stream.link(slot))
        index.remove(FlowRole.sourceOrHost.link(slot))
        index.remove(FlowRole.signallingHost.link(slot))
    }

    /// Puts a described flow under its stream if that is bound or announced, else among the unproven.
    @_noAllocation @_noLocks
    func linkStream(_ slot: Int) -> Bool {
        let entry = entries[slot]
        let source = entry.isProven ? entry.remoteSource : entry.wanted.remoteSource
        let key = FlowKey(.stream, pair: entry.wanted.pair, entry.rtp, source: source)
        if entry.isProven || (source != 0 && !entry.rtp.isUnspecified), index.find(key).count == 0 {
            let bySource = FlowKey(.remoteSource, pair: entry.wanted.pair, source: source)
            let streamed = put(slot, .stream, key)
            if entry.isProven { return put(slot, .sourceOrHost, bySource) && streamed }
            return linkHosts(slot) && streamed
        }
        guard !entry.rtp.isUnspecified else { return linkHosts(slot) }
        let unproven = put(slot, .stream, FlowKey(.unproven, pair: entry.wanted.pair, entry.rtp))
        return linkHosts(slot) && unproven
    }

    /// Puts an unproven flow under the addresses from which first-packet proof may come.
    @_noAllocation @_noLocks
    private func linkHosts(_ slot: Int) -> Bool {
        let wanted = entries[slot].wanted
        if entries[slot].isProven { return true }
        switch wanted.policy {
        case .strict:
            return true
        case .any:
            return put(slot, .sourceOrHost, FlowKey(.host, pair: wanted.pair))
        case .proof:
            let media = wanted.rtp.address
            let signalling = wanted.signallingSource
            var done = true
            if !media.isUnspecified {
                done = put(slot, .sourceOrHost, FlowKey(.host, pair: wanted.pair, address: media))
            }
            if !signalling.isUnspecified, !(signalling == media) {
                done = put(slot, .signallingHost, FlowKey(.host, pair: wanted.pair, address: signalling)) && done
            }
            return done
        }
    }

    /// An unanswered offer takes nothing; it only tells that its far end may begin to send.
    @_noAllocation @_noLocks
    private func linkPending(_ slot: Int) -> Bool {
        let wanted = entries[slot].wanted
        if wanted.signallingSource.isUnspecified { return true }
        return put(slot, .sourceOrHost, FlowKey(.pending, pair: wanted.pair, address: wanted.signallingSource))
    }

    @_noAllocation @_noLocks
    private func put(_ slot: Int, _ role: FlowRole, _ key: FlowKey) -> Bool {
        index.insert(role.link(slot), under: key)
    }
}
