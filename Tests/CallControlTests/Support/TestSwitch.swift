import Billing
import CallControl
import MediaControl
import Octets
import Registrar
import SIPMessage
import SIPTransaction
import SwitchConfig
import Testing
import Timing

struct Unexpected: Error {
    let what: String
}

/// What the ledger does with a row that must be on disk.
enum DiskMood {
    case quick
    /// Never answers.
    case stalled
    case broken(LedgerFailure)
}

/// One message that the switch sent.
struct Sent {
    let message: ParsedMessage
    let hop: Hop
}

/// A whole switch on a virtual clock: octets in, octets out.
final class TestSwitch {
    static let address = InetEndpoint(address: .ipv4(0x7F00_0001), port: 5060)
    let engine: CallEngine
    let media: FakeMedia
    var now = MonotonicInstant(nanoseconds: 1_000_000_000_000)
    var wall = WallInstant(microseconds: 1_800_000_000_000_000)
    var disk = DiskMood.quick
    private(set) var inbox: [Sent] = []
    private(set) var operations: [LedgerOperation] = []
    private(set) var bindings: [BindingChange] = []
    private(set) var lookups: [(host: String, token: ResolveToken)] = []
    private(set) var logs: [String] = []
    private(set) var drainedCount = 0
    /// Of all responses but 100, whatever else stands in them.
    private(set) var statusesSent: [Int] = []

    init(_ configuration: Configuration? = nil, media: FakeMedia = FakeMedia()) throws {
        self.media = media
        let listeners = [TransportKind.udp, .tcp].map { transport in
            SentByTable.Listener(transport: transport, local: Self.address, host: "127.0.0.1", port: 5060)
        }
        engine = CallEngine(
            configuration: try configuration ?? Self.configuration(), listeners: listeners, media: media.control,
            secrets: EngineSecrets(tokenKey: (1, 2), nonceKey: Array(0..<32), seed: 3), now: now, wall: wall)
    }

    /// Accounts 1001 to 1003, a trunk that calls, two that are called, routes to all and the applications.
    static func configuration(_ extra: (inout Configuration) -> Void = { _ in }) throws -> Configuration {
        let text = """
            sip: {domain: tandem.test}
            accounts:
              - {user: "1001", password: p1}
              - {user: "1002", password: p2}
              - {user: "1003", password: p3, allow_from: ["5555"]}
            trunks:
              - {name: in, from: [127.0.5.2]}
              - {name: out, to: "127.0.5.3:5060", user: tandem, password: pw}
              - {name: spare, to: "127.0.5.4:5060"}
              - {name: named, to: "carrier.test"}
            routes:
              - {prefix: "b", trunk: out}
              - {prefix: "f", trunks: [out, spare]}
              - {prefix: "n", trunk: named}
              - {number: "600", application: echo}
              - {number: "601", application: milliwatt}
              - {number: "112", trunk: out, emergency: true}
            """
        var configuration = try Configuration(text: text, file: "test.yaml", secrets: .none)
        extra(&configuration)
        return configuration
    }

    func handle(_ event: EngineEvent) {
        var effects: [EngineEffect] = []
        engine.handle(event, now: now, wall: wall, into: &effects)
        var answers: [EngineEvent] = []
        for effect in effects { perform(effect, &answers) }
        answers += media.work(now: now).map(EngineEvent.media)
        for answer in answers { handle(answer) }
    }

    private func perform(_ effect: EngineEffect, _ answers: inout [EngineEvent]) {
        switch effect {
        case .send(let octets, let hop):
            statusesSent += [Self.status(of: octets)].compactMap { $0 }
            do { inbox.append(Sent(message: try MessageParser.parse(datagram: octets), hop: hop)) } catch {
                // An answer to a malformed request repeats what was malformed.
                if Self.status(of: octets) == nil { Issue.record("the switch sent what it cannot read: \(error)") }
            }
        case .resolve(let host, _, _, let token): lookups.append((host, token))
        case .ledger(let operation):
            operations.append(operation)
            answers += answer(operation.token)
        case .bindings(let changes, let token):
            bindings += changes
            answers += answer(token)
        case .log(_, let text): logs.append(text)
        case .drained: drainedCount += 1
        }
    }

    /// What the disk says to whoever waits for it.
    private func answer(_ token: LedgerToken?) -> [EngineEvent] {
        guard let token else { return [] }
        switch disk {
        case .quick: return [.ledger(.committed(token))]
        case .stalled: return []
        case .broken(let failure): return [.ledger(.failed(token, failure))]
        }
    }

    private static func status(of octets: [UInt8]) -> Int? {
        guard octets.starts(with: Array("SIP/2.0 ".utf8)), octets.count > 11 else { return nil }
        let status = Int(String(decoding: octets[8..<11], as: UTF8.self))
        return status == 100 ? nil : status
    }

    /// Lets time pass, with every deadline on its way.
    func advance(_ span: TimeSpan) {
        let end = now + span
        while let next = engine.nextDeadline, next <= end {
            step(to: max(next, now))
            handle(.deadline)
        }
        step(to: end)
    }

    private func step(to instant: MonotonicInstant) {
        wall = wall + (instant - now)
        now = instant
    }

    func receive(_ octets: [UInt8], from hop: Hop) {
        let event: EngineEvent
        do { event = .received(try MessageParser.parse(datagram: octets), hop) } catch {
            event = .malformed(error, hop)
        }
        handle(event)
    }

    // What came out.

    func takeAll() -> [Sent] {
        defer { inbox = [] }
        return inbox
    }

    /// The first request of this method to an address; taken out.
    func takeRequest(_ method: SIPMethod, to endpoint: InetEndpoint) throws -> SIPRequest {
        for (index, sent) in inbox.enumerated() where sent.hop.remote == endpoint {
            guard case .request(let request) = sent.message, request.method == method else { continue }
            inbox.remove(at: index)
            return request
        }
        throw Unexpected(what: "no \(method) to \(endpoint); there is \(summary)")
    }

    /// The first response of this status to an address; taken out.
    func takeResponse(_ status: Int, to endpoint: InetEndpoint) throws -> SIPResponse {
        for (index, sent) in inbox.enumerated() where sent.hop.remote == endpoint {
            guard case .response(let response) = sent.message, response.status == status else { continue }
            inbox.remove(at: index)
            return response
        }
        throw Unexpected(what: "no \(status) to \(endpoint); there is \(summary)")
    }

    /// All responses to an address but 100.
    func statuses(to endpoint: InetEndpoint) -> [Int] {
        inbox.compactMap { sent in
            guard sent.hop.remote == endpoint, case .response(let response) = sent.message else { return nil }
            return response.status == 100 ? nil : response.status
        }
    }

    func methods(to endpoint: InetEndpoint) -> [SIPMethod] {
        inbox.compactMap { sent in
            guard sent.hop.remote == endpoint, case .request(let request) = sent.message else { return nil }
            return request.method
        }
    }

    var summary: String {
        inbox.map { sent in
            switch sent.message {
            case .request(let request): "\(request.method) to \(sent.hop.remote)"
            case .response(let response): "\(response.status) to \(sent.hop.remote)"
            }
        }.joined(separator: ", ")
    }

    // What was recorded.

    /// The latest state of each row, in the order in which the rows began.
    var records: [CallRecord] {
        var order: [UUIDv7] = []
        var latest: [UUIDv7: CallRecord] = [:]
        for record in operations.map(\.record) {
            if latest[record.identity.cdrID] == nil { order.append(record.identity.cdrID) }
            latest[record.identity.cdrID] = record
        }
        return order.compactMap { latest[$0] }
    }

    func record(_ leg: Int) throws -> CallRecord {
        try #require(records.first { Int($0.identity.legNumber) == leg }, "no row for leg \(leg)")
    }

    func kinds(_ leg: Int) -> [String] {
        operations.filter { Int($0.record.identity.legNumber) == leg }.map { operation in
            switch operation {
            case .setup: "setup"
            case .open: "open"
            case .interim: "interim"
            case .close: "close"
            }
        }
    }

    /// Nothing is left: no call, no context, no row that is not closed.
    func expectQuiet(_ location: SourceLocation = #_sourceLocation) {
        advance(.seconds(100))
        #expect(engine.callCount == 0, sourceLocation: location)
        #expect(media.control.openCount == 0, sourceLocation: location)
        #expect(records.allSatisfy { $0.state == .closed }, sourceLocation: location)
        #expect(engine.clientTransactionCount == 0, sourceLocation: location)
        #expect(engine.serverTransactionCount == 0, sourceLocation: location)
    }
}
