import Octets
import Timing

/// What the node adds to each record.
package struct RecordStamp: Hashable, Sendable {
    package var nodeID: String
    /// Microseconds of the start of this run, which makes it unique on the node.
    package var bootID: Int64
    /// Counts the records of the node; a gap shows a lost record.
    package var sequence: Int64

    package init(nodeID: String, bootID: Int64, sequence: Int64) {
        self.nodeID = nodeID
        self.bootID = bootID
        self.sequence = sequence
    }
}

/// Takes the columns of a record in their stable order: binds them, or learns their names and types.
package protocol RecordColumnSink {
    mutating func integer(_ name: StaticString, _ value: Int64?)
    mutating func text(_ name: StaticString, _ value: String?)
}

extension CallRecord {
    /// Version of the columns' meaning, in every row.
    package static let schemaVersion: Int64 = 1

    /// Columns that are written once.
    package func visitIdentity(_ stamp: RecordStamp, _ sink: inout some RecordColumnSink) {
        sink.integer("seq", stamp.sequence)
        sink.text("cdr_id", identity.cdrID.description)
        sink.text("call_id", identity.callID.description)
        sink.integer("leg_no", Int64(identity.legNumber))
        sink.integer("parent_leg", identity.parentLeg.map(Int64.init))
        sink.text("node_id", stamp.nodeID)
        sink.integer("boot_id", stamp.bootID)
        sink.integer("schema_version", Self.schemaVersion)
        sink.text("sip_call_id", identity.sipCallID)
        sink.text("from_tag", identity.fromTag)
        sink.text("direction", parties.direction.rawValue)
        sink.text("caller_raw", parties.callerRaw)
        sink.text("callee_raw", parties.calleeRaw)
        sink.integer("t_invite", times.invite.microseconds)
    }

    /// Columns that each update writes.
    package func visitProgress(_ state: RecordState, _ sink: inout some RecordColumnSink) {
        sink.text("state", state.rawValue)
        sink.integer("partial_no", Int64(partialNumber))
        sink.text("reason_closed", closeReason?.rawValue)
        visitParties(&sink)
        visitTimes(&sink)
        visitOutcome(&sink)
        visitMedia(&sink)
        sink.text("userfield", userfield)
    }

    private func visitParties(_ sink: inout some RecordColumnSink) {
        sink.text("account", parties.account)
        sink.text("callee_e164", parties.calleeRouted)
        sink.text("pai", parties.assertedIdentity)
        sink.text("user_agent", parties.userAgent)
        sink.text("to_tag", parties.toTag)
        sink.text("src", parties.source?.description)
        sink.text("dst", parties.destination?.description)
        sink.text("transport", parties.transport)
        sink.text("trunk_in", route.trunkIn)
        sink.text("trunk_out", route.trunkOut)
        sink.text("rule_id", route.ruleID)
        sink.integer("attempt_no", Int64(route.attemptNumber))
        sink.text("tried_routes", TriedRoute.json(route.tried))
    }

    private func visitTimes(_ sink: inout some RecordColumnSink) {
        sink.integer("t_progress", times.progress?.microseconds)
        sink.integer("t_early_media", times.earlyMedia?.microseconds)
        sink.integer("t_answer", times.answer?.microseconds)
        sink.integer("t_end", times.end?.microseconds)
        sink.integer("t_last_rtp_in", times.lastRTPIn?.microseconds)
        sink.integer("t_last_rtp_out", times.lastRTPOut?.microseconds)
        sink.integer("mono_talk_ns", times.talkNanoseconds)
        sink.integer("pdd_ms", times.postDialMilliseconds.map(Int64.init))
        sink.integer("ring_ms", times.ringMilliseconds.map(Int64.init))
        sink.integer("talk_ms", times.talkMilliseconds)
        sink.integer("hold_ms", Int64(times.holdMilliseconds))
    }

    private func visitOutcome(_ sink: inout some RecordColumnSink) {
        sink.integer("sip_code", outcome.sipStatus == 0 ? nil : Int64(outcome.sipStatus))
        sink.text("sip_reason", outcome.sipReason)
        sink.integer("q850", outcome.cause.map { Int64($0.rawValue) })
        sink.text("q850_source", outcome.causeSource?.rawValue)
        sink.text("released_by", outcome.releasedBy?.rawValue)
        sink.text("disposition", outcome.disposition?.rawValue)
        sink.integer("billable", outcome.billable ? 1 : 0)
    }

    private func visitMedia(_ sink: inout some RecordColumnSink) {
        sink.text("codec_in", media.codecIn)
        sink.text("codec_out", media.codecOut)
        sink.integer("ptime_ms", media.packetMilliseconds.map(Int64.init))
        sink.integer("transcoded", media.transcoded ? 1 : 0)
        sink.text("dtmf_mode", media.dtmfMode?.rawValue)
        sink.integer("packets_rx", Int64(clamping: media.packetsReceived))
        sink.integer("packets_tx", Int64(clamping: media.packetsSent))
        sink.integer("octets_rx", Int64(clamping: media.octetsReceived))
        sink.integer("octets_tx", Int64(clamping: media.octetsSent))
        sink.integer("lost", Int64(media.lost))
        sink.integer("late_discard", Int64(media.lateDiscarded))
        sink.integer("dup", Int64(media.duplicates))
        sink.integer("reorder", Int64(media.reordered))
        sink.integer("jitter_mean_us", media.jitterMeanMicroseconds.map(Int64.init))
        sink.integer("jitter_max_us", media.jitterMaxMicroseconds.map(Int64.init))
        sink.integer("rtt_ms", media.roundTripMilliseconds.map(Int64.init))
        sink.integer("mos_x100", media.mosTimes100.map(Int64.init))
        sink.integer("mos_remote_x100", media.mosRemoteTimes100.map(Int64.init))
        sink.integer("egress_jitter_p999_us", media.egressJitterP999Microseconds.map(Int64.init))
    }
}
