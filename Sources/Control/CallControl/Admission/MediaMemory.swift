import Octets

/// Where the media of parties was last. A new leg is expected there until it answers, so that calls of a far end with
/// one media address are put on different port pairs while they have not proved themselves.
///
/// Bound: twice `capacity` parties; what was neither told nor asked for longest is forgotten.
struct MediaMemory: Sendable {
    static let capacity = 4_096

    private var recent: [Party: InetEndpoint] = [:]
    private var earlier: [Party: InetEndpoint] = [:]

    var count: Int { recent.count + earlier.count }

    /// An answer of the party named this endpoint.
    mutating func note(_ endpoint: InetEndpoint, of party: Party) {
        if recent[party] == nil, recent.count >= Self.capacity {
            earlier = recent
            recent.removeAll(keepingCapacity: true)
        }
        recent[party] = endpoint
    }

    /// Nil for a party that has not been heard of, or not for long.
    func endpoint(of party: Party) -> InetEndpoint? { recent[party] ?? earlier[party] }
}
