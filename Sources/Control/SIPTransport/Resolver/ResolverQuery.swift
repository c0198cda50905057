import Octets
import SIPTransaction

/// One question to the resolver. RFC 3263 sections 4.1 and 4.2.
struct ResolverQuery: Hashable, Sendable {
    let host: String
    let port: UInt16?
    let transport: TransportKind?

    struct Answer: Sendable {
        var endpoints: [InetEndpoint]
        /// Seconds; nil if nobody said.
        var ttl: UInt32?
        /// Nobody could say: an older answer is better than this one.
        var hasFailed = false
    }

    /// Endpoints of one answer.
    private static let limit = 16

    private var defaultPort: UInt16 { (transport ?? .udp).defaultPort }

    /// Waits for the network: SRV where no port is given and the name is no single label, then addresses.
    func answer(_ lookups: LookupFunctions) -> Answer {
        guard port == nil, host.contains("."), let service else { return addresses(lookups) }
        switch lookups.services(service + "." + host) {
        case .found(let records, let ttl): return targets(of: records, ttl, lookups)
        case .absent, .failed: return addresses(lookups)
        }
    }

    private var service: String? {
        switch transport ?? .udp {
        case .udp: "_sip._udp"
        case .tcp: "_sip._tcp"
        case .tls: "_sips._tcp"
        case .ws, .wss: nil
        }
    }

    private func addresses(_ lookups: LookupFunctions) -> Answer {
        switch lookups.addresses(host) {
        case .found(let addresses, let ttl):
            let endpoints = addresses.map { InetEndpoint(address: $0, port: port ?? defaultPort) }
            return Answer(endpoints: Self.distinct(endpoints), ttl: ttl)
        case .absent: return Answer(endpoints: [])
        case .failed: return Answer(endpoints: [], hasFailed: true)
        }
    }

    private func targets(of records: [ServiceRecord], _ ttl: UInt32?, _ lookups: LookupFunctions) -> Answer {
        var chance = SystemRandomNumberGenerator()
        var endpoints: [InetEndpoint] = []
        var hasFailed = false
        for record in ServiceRecord.ordered(records, using: &chance).prefix(Self.limit) where !record.target.isEmpty {
            switch lookups.addresses(record.target) {
            case .found(let addresses, _):
                endpoints += addresses.map { InetEndpoint(address: $0, port: record.port) }
            case .absent: continue
            case .failed: hasFailed = true
            }
        }
        return Answer(endpoints: Self.distinct(endpoints), ttl: ttl, hasFailed: hasFailed && endpoints.isEmpty)
    }

    private static func distinct(_ endpoints: [InetEndpoint]) -> [InetEndpoint] {
        var seen: Set<InetEndpoint> = []
        return Array(endpoints.filter { seen.insert($0).inserted }.prefix(limit))
    }
}
