import Timing

/// Client transaction of every method but INVITE and ACK. RFC 3261 §17.1.2.2, figure 6.
package struct NonInviteClientTransaction: Sendable {
    package enum Timer: Hashable, Sendable {
        case e
        case f
        case k
    }

    package enum Event: Hashable, Sendable {
        case start
        case response(status: Int)
        case timer(Timer)
        case transportError
    }

    package typealias Effect = ClientEffect<Timer>

    private enum State: Sendable {
        case initial
        case trying(resendAfter: TimeSpan)
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

    /// The request may have to be sent again.
    package var mayResend: Bool {
        switch state {
        case .initial, .trying, .proceeding: !isReliable
        case .completed, .terminated: false
        }
    }

    package mutating func handle(_ event: Event, into effects: inout [Effect]) {
        switch state {
        case .initial: handleInitial(event, &effects)
        case .trying(let interval): handleTrying(event, interval, &effects)
        case .proceeding: handleProceeding(event, &effects)
        case .completed: handleCompleted(event, &effects)
        case .terminated: break
        }
    }

    private mutating func handleInitial(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .start:
            effects += [.sendRequest, .arm(.f, after: timers.giveUp)]
            if !isReliable { effects.append(.arm(.e, after: timers.t1)) }
            state = .trying(resendAfter: timers.t1)
        case .transportError: end([.fail(.transport)], &effects)
        case .response, .timer: break
        }
    }

    private mutating func handleTrying(_ event: Event, _ interval: TimeSpan, _ effects: inout [Effect]) {
        switch event {
        case .response(let status): take(status, &effects)
        case .timer(.e):
            let next = timers.doubled(interval)
            effects += [.sendRequest, .arm(.e, after: next)]
            state = .trying(resendAfter: next)
        case .timer(.f): end([.fail(.timeout)], &effects)
        case .transportError: end([.fail(.transport)], &effects)
        case .start, .timer(.k): break
        }
    }

    private mutating func handleProceeding(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .response(let status): take(status, &effects)
        case .timer(.e): effects += [.sendRequest, .arm(.e, after: timers.t2)]
        case .timer(.f): end([.fail(.timeout)], &effects)
        case .transportError: end([.fail(.transport)], &effects)
        case .start, .timer(.k): break
        }
    }

    /// Retransmitted responses are absorbed until timer K.
    private mutating func handleCompleted(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .timer(.k): end([], &effects)
        case .start, .response, .timer(.e), .timer(.f), .transportError: break
        }
    }

    private mutating func take(_ status: Int, _ effects: inout [Effect]) {
        effects.append(.deliver)
        guard status >= 200 else {
            state = .proceeding
            return
        }
        effects += [.disarm(.e), .disarm(.f)]
        if isReliable { return end([], &effects) }
        effects.append(.arm(.k, after: timers.t4))
        state = .completed
    }

    private mutating func end(_ last: [Effect], _ effects: inout [Effect]) {
        effects += last
        effects.append(.retire)
        state = .terminated
    }
}
