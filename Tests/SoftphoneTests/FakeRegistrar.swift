import SIPAuth
import SIPMessage
import SIPTransaction
import Softphone
import Timing

/// A registrar of one account that challenges, and wants bindings of a least length.
struct FakeRegistrar {
    var challenger = DigestChallenger(realm: "tandem.test", secret: [UInt8](repeating: 7, count: 32))
    var password = "secret"
    var minExpires: UInt32 = 0
    /// Grants no more than this.
    var maxExpires: UInt32 = 3600
    /// Answers every REGISTER so, in place of looking at it.
    var refusal: Int?
    /// Seconds asked for, of each REGISTER that passed.
    private(set) var granted: [UInt32] = []
    private(set) var callIDs: Set<String> = []
    private(set) var sequences: [UInt32] = []
    private var chance: UInt64 = 0

    mutating func answer(_ request: SIPRequest, now: MonotonicInstant) -> SIPResponse {
        callIDs.insert(request.callID ?? "")
        sequences.append(request.cseq?.number ?? 0)
        chance += 1
        if let refusal { return SIPResponse(to: request, status: refusal, toTag: "t") }
        let secret = DigestSecret(password: password)
        switch challenger.verify(request, role: .server, now: now, secret: { $0 == "alice" ? secret : nil }) {
        case .ok: return accept(request)
        case .challenge(let stale):
            return challenger.response(
                to: request, role: .server, stale: stale, toTag: "t", chance: chance, now: now)
        case .refused: return SIPResponse(to: request, status: 403, toTag: "t")
        }
    }

    private mutating func accept(_ request: SIPRequest) -> SIPResponse {
        let wanted = request.expires ?? 3600
        guard wanted == 0 || wanted >= minExpires else {
            var response = SIPResponse(to: request, status: 423, toTag: "t")
            response.minExpires = minExpires
            return response
        }
        granted.append(wanted)
        var response = SIPResponse(to: request, status: 200, toTag: "t")
        response.contacts = request.contacts.map { contact in
            var contact = contact
            contact.params["expires"] = "\(min(wanted, maxExpires))"
            return contact
        }
        return response
    }
}

/// One phone before that registrar, on a virtual clock.
struct RegisteringPhone {
    var phone: Softphone
    var registrar = FakeRegistrar()
    var now = start
    var notes: [SoftphoneNote] = []
    var report: SoftphoneReport?

    /// Runs until the phone has finished or `span` is over; `hangUp` comes at its span.
    mutating func run(for span: TimeSpan, hangUpAt: TimeSpan? = nil) {
        give(.start)
        go(until: start + span, hangUp: hangUpAt.map { start + $0 })
    }

    /// Goes on from where it stopped.
    mutating func continueRunning(until span: TimeSpan) { go(until: start + span, hangUp: nil) }

    private mutating func go(until end: MonotonicInstant, hangUp: MonotonicInstant?) {
        var hangUp = hangUp
        while report == nil, let next = [phone.nextDeadline, hangUp].compactMap({ $0 }).min(), next <= end {
            now = max(now, next)
            if let instant = hangUp, instant <= now {
                hangUp = nil
                give(.hangUp)
            } else {
                give(.timer)
            }
        }
    }

    private mutating func give(_ event: SoftphoneEvent) {
        for effect in phone.handle(event, now: now) {
            switch effect {
            case .send(let octets, let hop):
                guard case .request(let request)? = try? MessageParser.parse(datagram: octets) else { continue }
                let arrival = Hop(transport: hop.transport, remote: endpoint(1), local: hop.local)
                give(.received(.response(registrar.answer(request, now: now)), arrival))
            case .note(let note): notes.append(note)
            case .finished(let report): self.report = report
            case .media: break
            }
        }
    }
}

func registering(_ password: String, expires: UInt32 = 300, plan: SoftphonePlan = answering()) -> RegisteringPhone {
    var made = settings(0, plan)
    made.registrar = RegistrarSettings(uri: SIPURI(host: "tandem.test"), expires: expires)
    made.credentials = [DigestCredentials(username: "alice", password: password)]
    return RegisteringPhone(phone: Softphone(settings: made))
}

enum SoftphoneHop {
    /// Where phone 1 gets phone 0's messages from.
    static let arrival = Hop(transport: .udp, remote: endpoint(0), local: endpoint(1))
}
