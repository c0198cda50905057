import MediaControl
import Octets
import OfferAnswer
import SIPMessage
import SIPTransaction
import Softphone
import Timing

let start = MonotonicInstant(nanoseconds: 1_000_000_000)

/// Two phones on one wire of 1 ms, on a virtual clock. The media plane is played: it hands digits across and
/// gives counters.
struct TwoPhones {
    struct Delivery {
        let at: MonotonicInstant
        let to: Int
        let event: SoftphoneEvent
    }

    var phones: [Softphone]
    var now = start
    var notes: [[SoftphoneNote]] = [[], []]
    var orders: [[MediaOrder]] = [[], []]
    var reports: [SoftphoneReport?] = [nil, nil]
    /// First lines of all messages, with the sender: `0 INVITE`, `1 200 INVITE`.
    var trace: [String] = []
    /// Loses a message of the trace the first time it is sent.
    var lose: Set<String> = []
    private var pending: [Delivery] = []

    init(_ caller: SoftphoneSettings, _ callee: SoftphoneSettings) {
        phones = [Softphone(settings: caller), Softphone(settings: callee)]
    }

    mutating func at(_ span: TimeSpan, _ phone: Int, _ event: SoftphoneEvent) {
        pending.append(Delivery(at: start + span, to: phone, event: event))
    }

    /// Runs until both have finished, two minutes at most.
    mutating func run() {
        at(.zero, 1, .start)
        at(.milliseconds(1), 0, .start)
        let end = start + .seconds(120)
        while reports.contains(where: { $0 == nil }), let next = nextInstant(), next <= end {
            now = max(now, next)
            if let index = pending.firstIndex(where: { $0.at <= now }) {
                let delivery = pending.remove(at: index)
                give(delivery.event, to: delivery.to)
            } else {
                for phone in [0, 1] where phones[phone].nextDeadline.map({ $0 <= now }) == true {
                    give(.timer, to: phone)
                }
            }
        }
    }

    private mutating func nextInstant() -> MonotonicInstant? {
        let deadlines = [phones[0].nextDeadline, phones[1].nextDeadline].compactMap { $0 }
        pending.sort { $0.at < $1.at }
        return (deadlines + pending.prefix(1).map(\.at)).min()
    }

    private mutating func give(_ event: SoftphoneEvent, to phone: Int) {
        for effect in phones[phone].handle(event, now: now) {
            switch effect {
            case .send(let octets, let hop): carry(octets, hop, from: phone)
            case .media(let order): play(order, of: phone)
            case .note(let note): notes[phone].append(note)
            case .finished(let report): reports[phone] = report
            }
        }
    }

    private mutating func carry(_ octets: [UInt8], _ hop: Hop, from phone: Int) {
        guard let message = try? MessageParser.parse(datagram: octets) else { return }
        let line = "\(phone) " + label(message)
        trace.append(line)
        if lose.remove(line) != nil { return }
        let arrival = Hop(transport: hop.transport, remote: endpoint(phone), local: hop.remote)
        pending.append(Delivery(at: now + .milliseconds(1), to: 1 - phone, event: .received(message, arrival)))
    }

    private mutating func play(_ order: MediaOrder, of phone: Int) {
        orders[phone].append(order)
        switch order {
        case .open, .change: break
        case .digit(let event, let length):
            let end = now + .milliseconds(Int(length))
            pending.append(Delivery(at: end, to: 1 - phone, event: .digit(event)))
        case .close:
            var counters = TerminationCounters()
            counters.packetsIn = 500
            counters.packetsOut = 501
            counters.lostIn = 1
            counters.jitterIn = 1_250
            counters.mosIn = 436
            pending.append(Delivery(at: now, to: phone, event: .mediaClosed(counters)))
        }
    }

    private func label(_ message: ParsedMessage) -> String {
        switch message {
        case .request(let request): request.method.name
        case .response(let response): "\(response.status) \(response.cseq?.method.name ?? "")"
        }
    }
}

func endpoint(_ phone: Int) -> InetEndpoint {
    InetEndpoint(address: .ipv4(0x7F00_0001 + UInt32(phone)), port: 5060)
}

func address(_ user: String, _ phone: Int) -> NameAddress {
    NameAddress(SIPURI(user: user, host: endpoint(phone).address.description, port: 5060))
}

func settings(_ phone: Int, _ plan: SoftphonePlan, _ codecs: [AudioCodec] = [.pcmu, .pcma]) -> SoftphoneSettings {
    SoftphoneSettings(
        identity: address(phone == 0 ? "alice" : "bob", phone), local: endpoint(phone), outbound: endpoint(1 - phone),
        media: LocalMedia(address: endpoint(phone).address, port: 4000, codecs: codecs), plan: plan,
        secret: (UInt64(phone) + 1, 77))
}

func calling(_ change: (inout SoftphonePlan) -> Void = { _ in }) -> SoftphonePlan {
    var plan = SoftphonePlan(.call(address("bob", 1).uri))
    change(&plan)
    return plan
}

func answering(_ change: (inout SoftphonePlan) -> Void = { _ in }) -> SoftphonePlan {
    var plan = SoftphonePlan(.answer)
    change(&plan)
    return plan
}
