import Billing
package import MediaControl
import Octets
import Registrar
import Routing
import SIPAuth
import SIPDialog
import SIPMessage
package import SIPTransaction
package import SwitchConfig
import Tables
package import Timing

/// What the shell draws once at start and hands over, since a core has no chance of its own.
package struct EngineSecrets: Sendable {
    /// Keys of branches, tags and Call-IDs.
    package var tokenKey: (UInt64, UInt64)
    /// Signs nonces; new at every start, since the table of used nonce counts is.
    package var nonceKey: [UInt8]
    package var seed: UInt64

    package init(tokenKey: (UInt64, UInt64), nonceKey: [UInt8], seed: UInt64) {
        self.tokenKey = tokenKey
        self.nonceKey = nonceKey
        self.seed = seed
    }
}

/// The switch of one SIP shard: registrar, back-to-back user agent, trunks, limits. Events and time in, effects out.
///
/// Owner: the event loop of its shard, which also owns the `ControlPort`. No I/O, no clock, no chance of its own.
package final class CallEngine {
    let shard = 0
    let listeners: SentByTable
    let media: ControlPort
    let listenerList: [SentByTable.Listener]
    var configuration: Configuration
    var directory: Directory
    var transactions: TransactionLayer
    var location: LocationService
    var challenger: DigestChallenger
    var bans: BanTable
    var limits: CallLimits
    var mediaMemory = MediaMemory()
    var health = TrunkHealth()
    var registrations: [String: TrunkRegistration] = [:]
    /// Trunk by the address of a registrar that has taken our registration: its calls come from there.
    var registrarAddresses: [InetAddress: String] = [:]
    var tokens: TokenSource
    var generator: SeededGenerator
    let responseKey: (UInt64, UInt64)
    let nonceKey: [UInt8]

    var calls = ShrinkingTable<UInt32, Call>()
    var callsBySlot = ShrinkingTable<UInt32, UInt32>()
    /// How many legs have their signalling at an address.
    var legsByAddress = ShrinkingTable<InetAddress, Int>()
    var nextCall: UInt32 = 0
    var clients = ShrinkingTable<ClientTransactionID, ClientOwner>()
    var invitations = ShrinkingTable<ServerTransactionID, LegAddress>()
    var resolutions = ShrinkingTable<ResolveToken, Resolution>()
    var nextToken: UInt64 = 0
    /// Answers to REGISTER that wait for the disk.
    var awaited = ShrinkingTable<UInt64, AwaitedRegistration>()
    var nextAwaited: UInt64 = 0
    var deadlines = EngineDeadlines()
    var phase = Phase.running
    var acceptsBillable = true
    /// Of the least level that is logged.
    var leastRank: Int
    package internal(set) var counts = EngineCounts()

    /// Of the event that is being handled.
    var now: MonotonicInstant
    var wall: WallInstant
    var effects: [EngineEffect] = []
    /// Who sent the request that is on its way through the transaction layer, as the gate found.
    var admitted: Party?

    enum Phase { case running, draining, ending }

    /// - Parameters:
    ///   - listeners: what peers shall see of each listener.
    ///   - media: the control plane's end of the bridge, audited and ready.
    package init(
        configuration: Configuration, listeners: [SentByTable.Listener], media: ControlPort, secrets: EngineSecrets,
        now: MonotonicInstant, wall: WallInstant
    ) {
        self.configuration = configuration
        self.media = media
        self.now = now
        self.wall = wall
        leastRank = configuration.log.level.rank
        listenerList = listeners
        self.listeners = SentByTable(listeners)
        directory = Directory(configuration, listeners: listeners)
        location = LocationService(policy: RegistrarPolicy(configuration.sip.registrar))
        bans = BanTable(limits: configuration.sip.limits)
        limits = CallLimits(limits: configuration.sip.limits, now: now)
        tokens = TokenSource(key: secrets.tokenKey)
        generator = SeededGenerator(seed: secrets.seed)
        responseKey = (secrets.tokenKey.1, secrets.tokenKey.0)
        nonceKey = secrets.nonceKey
        challenger = Self.makeChallenger(configuration, nonceKey: secrets.nonceKey)
        let layerKey = (tokens.next(), tokens.next())
        transactions = TransactionLayer(
            settings: Self.layerSettings(configuration, SentByTable(listeners)), tokens: TokenSource(key: layerKey))
        startRegistrations()
    }

    /// Takes one event. The owner performs the effects in their order.
    package func handle(
        _ event: EngineEvent, now: MonotonicInstant, wall: WallInstant, into effects: inout [EngineEffect]
    ) {
        self.now = now
        self.wall = wall
        swap(&self.effects, &effects)
        dispatch(event)
        swap(&self.effects, &effects)
    }

    /// When `.deadline` is due next.
    package var nextDeadline: MonotonicInstant? {
        var next = transactions.nextDeadline ?? .never
        if let own = deadlines.next, own < next { next = own }
        if let registration = location.nextDeadline, registration < next { next = registration }
        return next == .never ? nil : next
    }

    static func layerSettings(
        _ configuration: Configuration, _ sentBy: SentByTable
    ) -> TransactionSettings {
        let sip = configuration.sip
        let timers = TransactionTimers(
            t1: .milliseconds(sip.timers.t1Milliseconds), t2: .milliseconds(sip.timers.t2Milliseconds),
            t4: .milliseconds(sip.timers.t4Milliseconds))
        return TransactionSettings(
            timers: timers, serverLimit: sip.limits.transactions, sentBy: sentBy, serverName: sip.userAgent)
    }

    private func dispatch(_ event: EngineEvent) {
        switch event {
        case .received(let message, let hop): received(message, from: hop)
        case .malformed(let problem, let hop): malformed(problem, from: hop)
        case .deadline: deadlineCame()
        case .transportFailed(let hop): withLayer { $0.transportFailed(hop, now: now, into: &$1) }
        case .resolved(let token, let endpoints): resolved(token, endpoints)
        case .media(let event): mediaTold(event)
        case .ledger(let event): ledgerTold(event)
        case .restore(let rows): restore(rows)
        case .billing(let accepting): acceptsBillable = accepting
        case .drain: drain()
        case .endAllCalls: endAllCalls()
        case .hangUp(let id): hangUp(id)
        case .reconfigured(let configuration): reconfigure(configuration)
        }
    }

    func emit(_ effect: EngineEffect) { effects.append(effect) }

    func log(_ level: LogLevel, _ text: @autoclosure () -> String) {
        guard level.rank >= leastRank else { return }
        effects.append(.log(level, text()))
    }
}

/// What the engine has counted.
package struct EngineCounts: Hashable, Sendable {
    package var calls: UInt64 = 0
    package var answered: UInt64 = 0
    package var refusedForLoad: UInt64 = 0
    package var challenges: UInt64 = 0
    package var failedAuthentications: UInt64 = 0
    package var malformed: UInt64 = 0
    package var bans: UInt64 = 0
    package var banned: UInt64 = 0
    package var limited: UInt64 = 0
}

extension LogLevel {
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
