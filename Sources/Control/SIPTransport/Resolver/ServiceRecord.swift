package import Octets

/// One DNS SRV record. RFC 2782.
package struct ServiceRecord: Hashable, Sendable {
    package var priority: UInt16
    package var weight: UInt16
    package var port: UInt16
    /// Empty where the service is decidedly not available.
    package var target: String

    package init(priority: UInt16, weight: UInt16, port: UInt16, target: String) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}

/// What a look-up found.
package enum LookupAnswer<Value: Sendable>: Sendable {
    /// With the seconds that it may be kept; nil if unknown.
    case found([Value], ttl: UInt32?)
    /// There is none.
    case absent
    /// Nobody could say.
    case failed
}

/// The look-ups that may wait for the network. Called on a pool's threads.
package struct LookupFunctions: Sendable {
    package var addresses: @Sendable (_ host: String) -> LookupAnswer<InetAddress>
    package var services: @Sendable (_ name: String) -> LookupAnswer<ServiceRecord>

    package init(
        addresses: @escaping @Sendable (String) -> LookupAnswer<InetAddress>,
        services: @escaping @Sendable (String) -> LookupAnswer<ServiceRecord>
    ) {
        self.addresses = addresses
        self.services = services
    }
}

extension ServiceRecord {
    /// The order in which targets are tried: by priority, and within one at random by weight. RFC 2782.
    static func ordered(_ records: [ServiceRecord], using chance: inout some RandomNumberGenerator) -> [ServiceRecord] {
        var left = records.sorted { ($0.priority, $0.weight) < ($1.priority, $1.weight) }
        var ordered: [ServiceRecord] = []
        while let priority = left.first?.priority {
            let group = left.prefix { $0.priority == priority }
            let total = group.reduce(0) { $0 + Int($1.weight) }
            var ticket = Int.random(in: 0...total, using: &chance)
            let index = group.firstIndex { record in
                ticket -= Int(record.weight)
                return ticket <= 0
            }
            ordered.append(left.remove(at: index ?? left.startIndex))
        }
        return ordered
    }
}
