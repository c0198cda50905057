import Octets
import Tables

/// All connections, by number and by far end. Owner: the transport's event loop.
struct ConnectionTable {
    private var byID = ShrinkingTable<UInt64, StreamConnection>()
    private var byRemote = ShrinkingTable<InetEndpoint, UInt64>()
    private var accepted = ShrinkingTable<InetAddress, Int>()
    private(set) var acceptedCount = 0
    private var lastID: UInt64 = 0

    var count: Int { byID.count }
    var outgoingCount: Int { byID.count - acceptedCount }
    var all: [StreamConnection] { Array(byID.entries.values) }

    subscript(id: UInt64) -> StreamConnection? { byID[id] }

    mutating func nextID() -> UInt64 {
        lastID += 1
        return lastID
    }

    /// Connections accepted from this address.
    func acceptedCount(from address: InetAddress) -> Int { accepted[address] ?? 0 }

    /// A connection to this endpoint that is open or opening, for this listener of ours; unspecified means any.
    func connection(to remote: InetEndpoint, local: InetEndpoint) -> StreamConnection? {
        guard let connection = byRemote[remote].flatMap({ byID[$0] }) else { return nil }
        return local.isUnspecified || connection.local == local ? connection : nil
    }

    mutating func insert(_ connection: StreamConnection) {
        byID[connection.id] = connection
        byRemote[connection.remote] = connection.id
        guard !connection.isOutgoing else { return }
        acceptedCount += 1
        accepted[connection.remote.address, default: 0] += 1
    }

    mutating func remove(_ connection: StreamConnection) {
        guard byID.removeValue(forKey: connection.id) != nil else { return }
        if byRemote[connection.remote] == connection.id { byRemote[connection.remote] = nil }
        guard !connection.isOutgoing else { return }
        acceptedCount -= 1
        let left = acceptedCount(from: connection.remote.address) - 1
        accepted[connection.remote.address] = left > 0 ? left : nil
    }
}
