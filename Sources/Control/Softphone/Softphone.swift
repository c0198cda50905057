import Octets
import SDP
import SIPDialog
import SIPMessage
import SIPTransaction
package import Timing

/// A headless phone: registers, places or takes one call, follows its plan, and reports. RFC 3261 as a user agent.
///
/// A value without socket, clock or thread: events and time in, effects out. `handle` is called for every event and
/// whenever `nextDeadline` has come.
///
/// Owner: whoever runs it; one thread at a time.
package struct Softphone: Sendable {
    enum Phase: Equatable, Sendable {
        case idle
        case registering
        /// For a call to come.
        case waiting
        case calling
        /// The call is over: counters and the session's last responses are awaited.
        case closing
        case unregistering
        case finished
    }

    enum Timer: Hashable, Sendable {
        case session(SessionTimer)
        case registration
        case answer
        case cancel
        case hangUp
        case hold
        case resume
        case digit
        case giveUp
        case close
        case linger
    }

    /// Who waits for a response.
    enum Client: Sendable {
        case session(RequestKey)
        case registration
    }

    let settings: SoftphoneSettings
    var tokens: TokenSource
    var layer: TransactionLayer
    var phase = Phase.idle
    var registration: Registration?
    var call: PhoneCall?
    var clients: [ClientTransactionID: Client] = [:]
    var deadlines = DeadlineQueue<Timer>()
    var report = SoftphoneReport()
    /// A binding of ours stands at the registrar, as far as we know.
    var isRegistered = false
    /// `MediaOrder.close` has been given, and its counters have not come.
    var isAwaitingCounters = false
    /// Time of the event in hand.
    var now = MonotonicInstant.start
    var effects: [SoftphoneEffect] = []

    package init(settings: SoftphoneSettings) {
        self.settings = settings
        tokens = TokenSource(key: settings.secret)
        let listener = SentByTable.Listener(
            transport: settings.transport, local: settings.local, host: settings.local.address.hostText,
            port: settings.local.port)
        layer = TransactionLayer(
            settings: TransactionSettings(
                timers: settings.timers, serverLimit: 256, datagramLimit: nil, sentBy: SentByTable([listener])),
            tokens: TokenSource(key: (tokens.next(), tokens.next())))
    }

    /// Takes one event, and runs every timer that is due.
    ///
    /// - Returns: what the shell must do, in order. After `finished` nothing comes any more.
    package mutating func handle(_ event: SoftphoneEvent, now: MonotonicInstant) -> [SoftphoneEffect] {
        guard phase != .finished else { return [] }
        self.now = now
        effects = []
        switch event {
        case .start: start()
        case .received(let message, let hop):
            withLayer { $0.receive(message, from: hop, now: $1, into: &$2) }
        case .transportFailed(let hop): withLayer { $0.transportFailed(hop, now: $1, into: &$2) }
        case .timer: break
        case .hangUp: hangUp()
        case .answer: answerNow()
        case .reject(let status): refuse(status)
        case .hold: changeDirection(.sendonly)
        case .resume: changeDirection(.sendrecv)
        case .sendDigits(let digits): queue(digits)
        case .digit(let event): received(digit: event)
        case .mediaClosed(let counters): closed(counters)
        }
        fireTimers()
        advance()
        return effects
    }

    /// When `handle(.timer)` has to be called next; nil when nothing is awaited but events.
    package var nextDeadline: MonotonicInstant? {
        mutating get {
            let others = [deadlines.next, layer.nextDeadline].compactMap { $0 }
            return phase == .finished ? nil : others.min()
        }
    }

    mutating func note(_ note: SoftphoneNote) { effects.append(.note(note)) }

    mutating func arm(_ timer: Timer, after span: TimeSpan) { deadlines.arm(timer, at: now + span) }

    private mutating func fireTimers() {
        withLayer { $0.fire(now: $1, into: &$2) }
        while let timer = deadlines.popDue(now: now) { fire(timer) }
    }

    private mutating func fire(_ timer: Timer) {
        switch timer {
        case .session(let name): drive(.timer(name))
        case .registration: drive(registration: .timer)
        case .answer: ringEnded()
        case .cancel: cancelCall()
        case .hangUp: hangUpCall()
        case .hold: changeDirection(.sendonly)
        case .resume: changeDirection(.sendrecv)
        case .digit: sendNextDigit()
        case .giveUp: giveUp()
        case .close: closeLimitReached()
        case .linger: finish()
        }
    }
}
