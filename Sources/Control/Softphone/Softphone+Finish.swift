import MediaControl
import SIPDialog
import SIPMessage
import SIPTransaction
import Timing

/// From the end of the call to the report.
extension Softphone {
    /// How long counters and the session's last responses are awaited: a BYE sent four times (RFC 3261 §17.1.2.2).
    private static let closeLimit = TimeSpan.seconds(5)
    /// How long the phone still answers when all is done, so that a lost last response is sent again.
    private static let lingerSpan = TimeSpan.milliseconds(600)

    mutating func hangUp() {
        switch phase {
        case .idle, .registering: finish(.cancelled, 0, "stopped")
        case .waiting: finish(.cancelled, 0, "stopped")
        case .calling: hangUpCall()
        case .closing, .unregistering, .finished: break
        }
    }

    mutating func hangUpCall() {
        guard let current = call, !current.isOver else { return }
        if current.isTalking { return drive(.bye(reason: [])) }
        switch current.session.role {
        case .caller: cancelCall()
        case .callee: refuse(480)
        }
    }

    /// The plan's patience is over before a call was answered.
    mutating func giveUp() {
        switch phase {
        case .waiting: finish(.noAnswer, 0, "nobody called")
        case .registering: finish(.failed, 0, "registration not answered")
        case .calling:
            call?.hasGivenUp = true
            hangUpCall()
        case .idle, .closing, .unregistering, .finished: break
        }
    }

    /// No call came about.
    mutating func over(_ outcome: SoftphoneReport.Outcome, _ status: Int, _ reason: String) {
        noteSetup()
        report.outcome = outcome
        report.sipCode = status
        report.reason = reason
        close()
    }

    /// An answered call has ended.
    mutating func ended(_ cause: EndCause) {
        guard let current = call, !current.isOver else { return }
        let endedBy: EndedBy
        switch cause {
        case .local: endedBy = .local
        case .remote: endedBy = .remote
        case .ackTimeout, .dialogLost: endedBy = .network
        }
        report.endedBy = endedBy
        if case .talking(let since) = current.stage {
            report.talkMilliseconds = (now - since).wholeMilliseconds
            report.outcome = endedBy == .network ? .failed : .completed
        } else {
            report.outcome = .failed
        }
        note(.ended(endedBy))
        close()
    }

    private mutating func close() {
        let hasMedia = call?.hasMedia == true
        call?.stage = .over
        for timer: Timer in [.answer, .cancel, .hangUp, .hold, .resume, .digit, .giveUp] { deadlines.disarm(timer) }
        phase = .closing
        isAwaitingCounters = hasMedia
        if hasMedia { effects.append(.media(.close)) }
        arm(.close, after: Self.closeLimit)
    }

    mutating func closed(_ counters: TerminationCounters) {
        guard isAwaitingCounters else { return }
        isAwaitingCounters = false
        report.packetsSent = counters.packetsOut
        report.packetsReceived = counters.packetsIn
        report.lost = counters.lostIn
        report.jitter = counters.jitterIn
        report.mos = counters.mosIn
    }

    mutating func closeLimitReached() {
        isAwaitingCounters = false
        call = nil
    }

    /// Goes on when nothing is awaited any more.
    mutating func advance() {
        guard phase == .closing, !isAwaitingCounters, call == nil, !deadlines.isArmed(.linger) else { return }
        deadlines.disarm(.close)
        arm(.linger, after: Self.lingerSpan)
    }

    mutating func finish(_ outcome: SoftphoneReport.Outcome, _ status: Int, _ reason: String) {
        report.outcome = outcome
        report.sipCode = status
        report.reason = reason
        finish()
    }

    /// Unregisters first where that is due, then reports.
    mutating func finish() {
        if isRegistered, phase != .unregistering {
            phase = .unregistering
            arm(.linger, after: Self.closeLimit)
            return drive(registration: .stop)
        }
        phase = .finished
        effects.append(.finished(report))
    }
}
