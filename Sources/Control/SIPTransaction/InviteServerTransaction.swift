import Timing

/// INVITE server transaction. RFC 3261 §17.2.1 with Accepted: RFC 6026 figure 7.
///
/// 100 Trying goes out with the start, which stops the caller's retransmissions while the user thinks. A 2xx is
/// repeated by the user, every other final response here.
package struct InviteServerTransaction: Sendable {
    package enum Timer: Hashable, Sendable {
        case g
        case h
        case i
        case l
    }

    package enum Event: Hashable, Sendable {
        case start
        /// The same INVITE again.
        case request
        case ack
        case respond(status: Int)
        case timer(Timer)
    }

    package typealias Effect = ServerEffect<Timer>

    private enum State: Sendable {
        case initial
        case proceeding
        case completed(resendAfter: TimeSpan)
        case confirmed
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

    /// No final response has been given.
    package var isPending: Bool {
        switch state {
        case .initial, .proceeding: true
        case .completed, .confirmed, .accepted, .terminated: false
        }
    }

    package mutating func handle(_ event: Event, into effects: inout [Effect]) {
        switch state {
        case .initial: handleInitial(event, &effects)
        case .proceeding: handleProceeding(event, &effects)
        case .completed(let interval): handleCompleted(event, interval, &effects)
        case .confirmed: handleConfirmed(event, &effects)
        case .accepted: handleAccepted(event, &effects)
        case .terminated: break
        }
    }

    private mutating func handleInitial(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .start:
            effects.append(.sendTrying)
            state = .proceeding
        case .request, .ack, .respond, .timer: break
        }
    }

    private mutating func handleProceeding(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .request: effects.append(.repeatResponse)
        case .respond(let status): answer(status, &effects)
        case .start, .ack, .timer: break
        }
    }

    private mutating func answer(_ status: Int, _ effects: inout [Effect]) {
        switch status {
        case ..<200: effects.append(.sendResponse(keep: true))
        case 200...299:
            effects += [.sendResponse(keep: false), .arm(.l, after: timers.giveUp)]
            state = .accepted
        default:
            effects += [.sendResponse(keep: true), .arm(.h, after: timers.giveUp)]
            if !isReliable { effects.append(.arm(.g, after: timers.t1)) }
            state = .completed(resendAfter: timers.t1)
        }
    }

    private mutating func handleCompleted(_ event: Event, _ interval: TimeSpan, _ effects: inout [Effect]) {
        switch event {
        case .request: effects.append(.repeatResponse)
        case .ack:
            effects += [.disarm(.g), .disarm(.h)]
            if isReliable { return end([], &effects) }
            effects.append(.arm(.i, after: timers.t4))
            state = .confirmed
        case .timer(.g):
            let next = timers.doubled(interval)
            effects += [.repeatResponse, .arm(.g, after: next)]
            state = .completed(resendAfter: next)
        case .timer(.h): end([.timedOut], &effects)
        case .start, .respond, .timer(.i), .timer(.l): break
        }
    }

    private mutating func handleConfirmed(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .timer(.i): end([], &effects)
        case .start, .request, .ack, .respond, .timer(.g), .timer(.h), .timer(.l): break
        }
    }

    private mutating func handleAccepted(_ event: Event, _ effects: inout [Effect]) {
        switch event {
        case .respond(let status) where (200...299).contains(status): effects.append(.sendResponse(keep: false))
        case .ack: effects.append(.deliverAck)
        case .timer(.l): end([], &effects)
        case .respond, .start, .request, .timer(.g), .timer(.h), .timer(.i): break
        }
    }

    private mutating func end(_ last: [Effect], _ effects: inout [Effect]) {
        effects += last
        effects.append(.retire)
        state = .terminated
    }
}
