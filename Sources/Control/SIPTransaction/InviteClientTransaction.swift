import Timing

/// INVITE client transaction. RFC 3261 §17.1.1.2 with Accepted: RFC 6026 figure 5.
///
/// It decides; the layer holds the messages. 2xx are ACKed by the transaction user, all other finals here.
package struct InviteClientTransaction: Sendable {
    package enum Timer: Hashable, Sendable {
        case a
        case b
        case d
        case m
    }

    package enum Event: Hashable, Sendable {
        case start
        case response(status: Int)
        case timer(Timer)
        case transportError
        /// A CANCEL for it has gone out: without a final response in 64·T1 it is over. RFC 3261 §9.1.
        case cancelled
    }

    package typealias Effect = ClientEffect<Timer>

    private enum State: Sendable {
        case initial
        case calling(resendAfter: TimeSpan)
        case proceeding
        case completed
        case accepted
        case terminated
    }

    private var state = State.initial
    private let timers: TransactionTimers
    private let isReliable: Bool

    package init(timers: TransactionTimers, isReliable: Bool) {
        self.timers = timers
        self.isReliable = isReliable
    }

    /// A provisional response was seen, so that a CANCEL may go out. RFC 3261 §9.1.
    package var isProceeding: Bool {
        if case .proceeding = state { true } else { false }
    }

    /// The request may have to be sent again.
    package var mayResend: Bool {
        if case .calling = state { !isReliable } else { false }
    }

    package mutating func handle(_ event: Event, into effects: inout [Effect]) {
        switch state {
        case .initial: handleInitial(event, &effects)
        case .calling(let interval): handleCalling(event, interval, &effects)
        case .proceeding: handleProceeding(event, &effects)
        case .completed: handleCompleted(event, &effects)
        case .accepted: handleAccepted(event, &effects)
        case .terminated: break
        }
    }

    private mutating func handleInitial(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .start:
            effects += [.sendRequest, .arm(.b, after: timers.giveUp)]
            if !isReliable { effects.append(.arm(.a, after: timers.t1)) }
            state = .calling(resendAfter: timers.t1)
        case .transportError: end([.fail(.transport)], &effects)
        case .response, .timer, .cancelled: break
        }
    }

    private mutating func handleCalling(_ event: Event, _ interval: TimeSpan, _ effects: inout [Effect]) {
        switch event {
        case .response(let status):
            effects += [.disarm(.a), .disarm(.b)]
            take(status, &effects)
        case .timer(.a):
            effects += [.sendRequest, .arm(.a, after: interval * 2)]
            state = .calling(resendAfter: interval * 2)
        case .timer(.b): end([.fail(.timeout)], &effects)
        case .transportError: end([.fail(.transport)], &effects)
        case .start, .timer(.d), .timer(.m), .cancelled: break
        }
    }

    private mutating func handleProceeding(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .response(let status):
            if status >= 200 { effects.append(.disarm(.b)) }
            take(status, &effects)
        case .cancelled: effects.append(.arm(.b, after: timers.giveUp))
        case .timer(.b): end([.fail(.timeout)], &effects)
        case .transportError: end([.fail(.transport)], &effects)
        case .start, .timer(.a), .timer(.d), .timer(.m): break
        }
    }

    private mutating func handleCompleted(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .response(let status) where status >= 300: effects.append(.sendAck)
        case .timer(.d): end([], &effects)
        case .transportError: end([.fail(.transport)], &effects)
        case .response, .start, .timer(.a), .timer(.b), .timer(.m), .cancelled: break
        }
    }

    private mutating func handleAccepted(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .response(let status) where (200...299).contains(status): effects.append(.deliver)
        case .timer(.m): end([], &effects)
        case .response, .start, .timer(.a), .timer(.b), .timer(.d), .transportError, .cancelled: break
        }
    }

    /// A response while none of the final ones has come.
    private mutating func take(_ status: Int, _ effects: inout [Effect]) {
        switch status {
        case ..<200:
            effects.append(.deliver)
            state = .proceeding
        case 200...299:
            effects += [.deliver, .arm(.m, after: timers.giveUp)]
            state = .accepted
        default:
            effects += [.sendAck, .deliver]
            if isReliable { return end([], &effects) }
            effects.append(.arm(.d, after: timers.d))
            state = .completed
        }
    }

    private mutating func end(_ last: [Effect], _ effects: inout [Effect]) {
        effects += last
        effects.append(.retire)
        state = .terminated
    }
}
