package import Octets

extension RTCPPart {
    /// The source that sent this packet, or the first one it names. RT safe, O(1).
    ///
    /// Nil for an SDES or BYE that names none and for packets of one word.
    /// - Parameter datagram: the datagram this part was walked from; so in all reads below.
    @_noAllocation @_noLocks
    package func sender(in datagram: OctetBuffer) -> SSRC? {
        guard octetCount >= 8 else { return nil }
        switch kind {
        case .sourceDescription, .bye: return count > 0 ? SSRC(datagram.uint32(at: start + 4)) : nil
        case .senderReport, .receiverReport, .application, .transportFeedback, .payloadFeedback, .extendedReport:
            return SSRC(datagram.uint32(at: start + 4))
        case nil: return nil
        }
    }

    /// What an SR says of its sender, nil for other packets and for one that is too short. RT safe, O(1).
    @_noAllocation @_noLocks
    package func senderInfo(in datagram: OctetBuffer) -> SenderInfo? {
        guard isKind(.senderReport), octetCount >= 28 else { return nil }
        return SenderInfo(
            ntpTimestamp: datagram.uint64(at: start + 8), rtpTimestamp: datagram.uint32(at: start + 16),
            packetCount: datagram.uint32(at: start + 20), octetCount: datagram.uint32(at: start + 24))
    }

    /// Report blocks that really lie in this SR or RR, 0…31. RT safe, O(1).
    package var reportCount: Int {
        @_noAllocation @_noLocks get {
            guard let first = firstReport else { return 0 }
            return max(0, min(Int(count), (octetCount - first) / ReportBlock.octetCount))
        }
    }

    /// One report block. RT safe, O(1).
    /// - Parameter index: less than `reportCount`.
    @_noAllocation @_noLocks
    package func report(at index: Int, in datagram: OctetBuffer) -> ReportBlock {
        let offset = (firstReport ?? octetCount) + index * ReportBlock.octetCount
        return ReportBlock(datagram.slice(from: start + offset, count: ReportBlock.octetCount))
    }

    /// The report on `source`, nil when there is none. RT safe, at most 31 steps.
    @_noAllocation @_noLocks
    package func report(on source: SSRC, in datagram: OctetBuffer) -> ReportBlock? {
        var index = 0
        while index < reportCount {
            let block = report(at: index, in: datagram)
            if block.ssrc == source { return block }
            index += 1
        }
        return nil
    }

    /// True when this BYE names `source`. RFC 3550 §6.6. RT safe, at most 31 steps.
    @_noAllocation @_noLocks
    package func says(bye source: SSRC, in datagram: OctetBuffer) -> Bool {
        guard isKind(.bye) else { return false }
        var index = 0
        while index < Int(count), 8 + 4 * index <= octetCount {
            if datagram.uint32(at: start + 4 + 4 * index) == source.value { return true }
            index += 1
        }
        return false
    }

    /// The canonical name of `source` in this SDES, UTF-8, at most 255 octets. RFC 3550 §6.5.1.
    /// RT safe, at most one step per octet.
    @_noAllocation @_noLocks
    package func canonicalName(of source: SSRC, in datagram: OctetBuffer) -> OctetBuffer? {
        guard isKind(.sourceDescription) else { return nil }
        let end = start + octetCount
        var offset = start + 4
        var chunk = 0
        while chunk < Int(count), offset + 4 <= end {
            let isWanted = datagram.uint32(at: offset) == source.value
            offset += 4
            while offset + 2 <= end, datagram.octet(at: offset) != 0 {
                let length = Int(datagram.octet(at: offset + 1))
                guard offset + 2 + length <= end else { return nil }
                if isWanted, datagram.octet(at: offset) == 1 {
                    return datagram.slice(from: offset + 2, count: length)
                }
                offset += 2 + length
            }
            offset += 4 - (offset - start) % 4
            chunk += 1
        }
        return nil
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private func isKind(_ wanted: RTCPKind) -> Bool {
        guard let kind else { return false }
        return kind == wanted
    }

    /// Offset of the first report block inside the packet, nil where the kind has none. RT safe.
    private var firstReport: Int? {
        @_noAllocation @_noLocks get {
            switch kind {
            case .senderReport: return 28
            case .receiverReport: return 8
            case .sourceDescription, .bye, .application, .transportFeedback, .payloadFeedback, .extendedReport, nil:
                return nil
            }
        }
    }
}
