import Logging
import NIOCore
import Octets
import SIPTransport
import Softphone
import Timing

/// The phone's socket and clock: feeds the core and performs its effects.
///
/// Owner: the phone's event loop; `listen` and `run` may be awaited from anywhere.
final class PhoneLine: @unchecked Sendable {
    private let loop: any EventLoop
    private var phone: Softphone?
    private var studio: PhoneStudio?
    private var transport: TransportShell?
    private var waiting: [SoftphoneEvent] = []
    private var isBusy = false
    private var alarm: Scheduled<Void>?
    private var finished: EventLoopPromise<SoftphoneReport>?
    private var readyFile: String?

    /// On the loop.
    init(loop: any EventLoop) {
        self.loop = loop
        var logger = Logger(label: "tandem-call")
        logger.logLevel = .error
        transport = TransportShell(
            loop: loop, logger: logger, clock: { Clock.now },
            receive: { [weak self] result, hop, _ in
                if case .success(let message) = result { self?.take(.received(message, hop)) }
            }, transportFailed: { [weak self] in self?.take(.transportFailed($0)) })
    }

    /// Binds the socket; where it is bound then.
    func listen(_ address: ListenerAddress) async throws -> InetEndpoint {
        let promise = loop.makePromise(of: InetEndpoint.self)
        loop.execute { [self] in
            guard let transport else { return promise.fail(StartFailure("the phone has no transport")) }
            transport.start([address]).map { $0.first?.endpoint ?? address.endpoint }.cascade(to: promise)
        }
        do {
            return try await promise.futureResult.get()
        } catch let problem as TransportProblem {
            throw StartFailure(problem.sentence)
        }
    }

    func run(
        _ settings: SoftphoneSettings, studio: PhoneStudio, readyFile: String?
    ) async -> SoftphoneReport {
        let promise = loop.makePromise(of: SoftphoneReport.self)
        loop.execute { [self] in
            phone = Softphone(settings: settings)
            self.studio = studio
            self.readyFile = readyFile
            finished = promise
            if settings.registrar == nil { ready() }
            take(.start)
            round()
        }
        let report = (try? await promise.futureResult.get()) ?? SoftphoneReport()
        try? await loop.flatSubmit { [self] in transport?.stop() ?? loop.makeSucceededVoidFuture() }.get()
        return report
    }

    private func take(_ event: SoftphoneEvent) {
        waiting.append(event)
        guard !isBusy else { return }
        isBusy = true
        var next = 0
        while next < waiting.count {
            let effects = phone?.handle(waiting[next], now: Clock.now) ?? []
            next += 1
            for effect in effects { perform(effect) }
        }
        waiting.removeAll(keepingCapacity: true)
        isBusy = false
        setAlarm()
    }

    private func perform(_ effect: SoftphoneEffect) {
        switch effect {
        case .send(let octets, let hop): transport?.send(octets, hop)
        case .media(let order):
            if let event = studio?.perform(order, now: Clock.now) { waiting.append(event) }
        case .note(let note): heard(note)
        case .finished(let report):
            finished?.succeed(report)
            finished = nil
        }
    }

    private func heard(_ note: SoftphoneNote) {
        guard case .registered = note else { return }
        ready()
    }

    private func ready() {
        if let readyFile { SmallFile.touch(readyFile) }
        readyFile = nil
    }

    /// Sound and media events, every 10 ms as long as the phone runs.
    private func round() {
        guard finished != nil else { return }
        var events: [SoftphoneEvent] = []
        studio?.round(now: Clock.now, into: &events)
        for event in events { take(event) }
        loop.assumeIsolated().scheduleTask(in: .milliseconds(10)) { [weak self] in self?.round() }
    }

    private func setAlarm() {
        alarm?.cancel()
        guard let next = phone?.nextDeadline else { return }
        let wait = max(0, (next - Clock.now).nanoseconds)
        alarm = loop.assumeIsolated().scheduleTask(in: .nanoseconds(wait)) { [weak self] in self?.take(.timer) }
    }
}
