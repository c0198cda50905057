import Octets
import OfferAnswer
import SIPDialog
import SIPMessage
import SIPTransaction
import Timing

/// From the start to the answer, and what the plan wants then.
extension Softphone {
    var contact: NameAddress {
        var uri = SIPURI(
            user: settings.identity.sip?.user, host: settings.local.address.hostText, port: settings.local.port)
        if settings.transport != .udp { uri.setParameter("transport", settings.transport.viaToken.lowercased()) }
        return NameAddress(uri)
    }

    mutating func start() {
        guard phase == .idle else { return }
        if let span = settings.plan.giveUpAfter { arm(.giveUp, after: span) }
        guard let registrar = settings.registrar else { return perform(settings.plan.task) }
        phase = .registering
        registration = Registration(
            registrar, identity: settings.identity, contact: contact, credentials: settings.credentials,
            headers: [(.allow, Self.allowed), (.userAgent, settings.userAgent)],
            chance: TokenSource(key: (tokens.next(), tokens.next())))
        drive(registration: .start)
    }

    private mutating func perform(_ task: SoftphonePlan.Task) {
        switch task {
        case .call(let target): dial(target)
        case .answer: phase = .waiting
        case .register:
            if isRegistered {
                finish(.completed, 0, "registered")
            } else {
                finish(.failed, 0, "no registrar")
            }
        }
    }

    mutating func drive(registration event: Registration.Event) {
        var told: [Registration.Effect] = []
        registration?.handle(event, into: &told)
        for effect in told { perform(effect) }
    }

    private mutating func perform(_ effect: Registration.Effect) {
        switch effect {
        case .send(let request):
            let next = outboundHop.map(NextHop.hop) ?? request.uri.sip.map(NextHop.uri)
            let id = next.flatMap { send(request, to: $0, for: .registration) }
            if id == nil { drive(registration: .failed(.transport)) }
        case .arm(let span): arm(.registration, after: span)
        case .disarm: deadlines.disarm(.registration)
        case .registered(let seconds):
            isRegistered = true
            report.register = .registered
            note(.registered(seconds: seconds))
            if phase == .registering { perform(settings.plan.task) }
        case .failed(let status):
            report.register = .failed
            report.registerCode = status
            note(.registrationFailed(status: status))
            if phase == .registering { finish(.failed, 0, "registration failed") }
        case .removed: removed()
        }
    }

    private mutating func removed() {
        isRegistered = false
        note(.unregistered)
        if phase == .unregistering { finish() }
    }

    /// The call is answered; `audio` is nil while an offer of ours waits for the ACK.
    mutating func began(_ audio: NegotiatedAudio?) {
        call?.stage = .talking(since: now)
        deadlines.disarm(.giveUp)
        if let audio { order(audio) }
        note(.answered(codec: report.codec ?? ""))
        noteSetup()
        let plan = settings.plan
        if let span = plan.hangUpAfter { arm(.hangUp, after: span) }
        if let span = plan.holdAt { arm(.hold, after: span) }
        if let span = plan.resumeAt { arm(.resume, after: span) }
        guard !plan.digits.isEmpty else { return }
        call?.digits = plan.digits[...]
        arm(.digit, after: plan.digitsAt)
    }

    mutating func noteSetup() {
        guard let current = call, report.setupMilliseconds == nil else { return }
        report.setupMilliseconds = (now - current.invitedAt).wholeMilliseconds
        report.ringMilliseconds = current.ringingAt.map { (now - $0).wholeMilliseconds }
    }
}
