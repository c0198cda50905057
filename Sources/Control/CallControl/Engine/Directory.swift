import Octets
import OfferAnswer
import Routing
import SIPMessage
import SIPTransaction
import SwitchConfig

/// Who there is and what is whose: the configuration in the form in which requests ask for it.
struct Directory: Sendable {
    let plan: DialPlan
    let trunks: TrunkTable
    let identities: IdentityRules
    let domains: LocalDomains
    let realm: String
    /// Of parties that have no list of their own.
    let usualCodecs: [AudioCodec]
    private let accounts: [String: AccountSettings]
    private let trusted: [AddressRange]

    init(_ configuration: Configuration, listeners: [SentByTable.Listener]) {
        plan = DialPlan(accounts: configuration.accounts, routes: configuration.routes)
        trunks = TrunkTable(configuration.trunks)
        identities = IdentityRules(accounts: configuration.accounts)
        usualCodecs = configuration.media.codecs.compactMap { AudioCodec(text: $0.rawValue) }
        realm = configuration.sip.auth.realm ?? configuration.sip.domain
        accounts = Dictionary(
            configuration.accounts.map { ($0.user, $0) }, uniquingKeysWith: { first, _ in first })
        trusted = configuration.sip.trusted
        let addresses = listeners.map(\.local.address) + [configuration.sip.advertise].compactMap { $0 }
        domains = LocalDomains(
            names: [configuration.sip.domain] + configuration.sip.aliases + listeners.map(\.host),
            addresses: addresses)
    }

    func account(_ user: String) -> AccountSettings? { accounts[user] }

    func isTrusted(_ address: InetAddress) -> Bool { trusted.contains { $0.contains(address) } }

    /// Calls that a party may have at once; nil = no limit of its own.
    func mostCalls(of party: Party) -> Int? {
        switch party {
        case .account(let user): accounts[user]?.maxCalls
        case .trunk(let name): trunks[name]?.maxCalls
        case .place: nil
        }
    }

    func nat(of party: Party) -> NATPolicy? {
        switch party {
        case .account(let user): accounts[user]?.nat
        case .trunk(let name): trunks[name]?.nat
        case .place: nil
        }
    }

    /// In the order of preference.
    func codecs(of party: Party) -> [AudioCodec] {
        let own: [CodecName]?
        switch party {
        case .account(let user): own = accounts[user]?.codecs
        case .trunk(let name): own = trunks[name]?.codecs
        case .place: own = nil
        }
        return own?.compactMap { AudioCodec(text: $0.rawValue) } ?? usualCodecs
    }
}
