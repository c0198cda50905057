import Timing

/// Server transaction of every method but INVITE and ACK. RFC 3261 §17.2.2, figure 8, with RFC 4320.
///
/// Of provisional responses only 100 is let through, over UDP not before a client's timer E has reached T2; the
/// layer sends it by itself at that moment. 408 is swallowed: whoever would get it has already given up. A user
/// that never answers is given up after 64·T1, so that no request is kept for ever.
package struct NonInviteServerTransaction: Sendable {
    package enum Timer: Hashable, Sendable {
        case j
        /// RFC 4320 §4.1: the moment at which 100 is owed.
        case trying
        /// 64·T1 without an answer from the user.
        case unanswered
    }

    package enum Event: Hashable, Sendable {
        case start
        /// The same request again.
        case request
        case respond(status: Int)
        case timer(Timer)
    }

    package typealias Effect = ServerEffect<Timer>

    private enum State: Sendable {
        case initial
        case trying
        case proceeding
        case completed
        case terminated
    }

    private var state = State.initial
    private let timers: TransactionTimers
    private let isReliable: Bool

    package init(timers: TransactionTimers, isReliable: Bool) {
        self.timers = timers
        self.isReliable = isReliable
    }

    /// No final response has been given.
    package var isPending: Bool {
        switch state {
        case .initial, .trying, .proceeding: true
        case .completed, .terminated: false
        }
    }

    package mutating func handle(_ event: Event, into effects: inout [Effect]) {
        switch state {
        case .initial: handleInitial(event, &effects)
        case .trying: handleTrying(event, &effects)
        case .proceeding: handleProceeding(event, &effects)
        case .completed: handleCompleted(event, &effects)
        case .terminated: break
        }
    }

    private mutating func handleInitial(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .start:
            effects += [.arm(.trying, after: timers.nonInviteTrying), .arm(.unanswered, after: timers.giveUp)]
            state = .trying
        case .request, .respond, .timer: break
        }
    }

    private mutating func handleTrying(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .respond(100) where isReliable:
            effects += [.disarm(.trying), .sendResponse(keep: true)]
            state = .proceeding
        case .respond(let status): finish(status, &effects)
        case .timer(.trying):
            effects.append(.sendTrying)
            state = .proceeding
        case .timer(.unanswered): end([.timedOut], &effects)
        case .start, .request, .timer(.j): break
        }
    }

    private mutating func handleProceeding(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .request: effects.append(.repeatResponse)
        case .respond(let status): finish(status, &effects)
        case .timer(.unanswered): end([.timedOut], &effects)
        case .start, .timer(.j), .timer(.trying): break
        }
    }

    private mutating func handleCompleted(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .request: effects.append(.repeatResponse)
        case .timer(.j): end([], &effects)
        case .start, .respond, .timer(.trying), .timer(.unanswered): break
        }
    }

    private mutating func finish(_ status: Int, _ effects: inout [Effect]) {
        guard status >= 200 else { return }
        effects += [.disarm(.trying), .disarm(.unanswered)]
        if status == 408 { return end([], &effects) }
        effects.append(.sendResponse(keep: !isReliable))
        if isReliable { return end([], &effects) }
        effects.append(.arm(.j, after: timers.giveUp))
        state = .completed
    }

    private mutating func end(_ last: [Effect], _ effects: inout [Effect]) {
        effects += last
        effects.append(.retire)
        state = .terminated
    }
}
