package import MediaControl
import MediaPlane
import PacketDemux
import PacketIO

/// How the media plane's own part of the shared region is shared out among its parts.
package struct ShardMemory {
    /// Datagrams of one egress batch: a received batch, and what a tick sends before it is handed to the kernel.
    static let egressCapacity = 512

    let plane: Int
    let sockets: Int
    let ingress: Int
    let egress: Int
    let stopWord: Int
    /// Octets in all; what `BridgeLanes.create` asks for.
    package let byteCount: Int

    package init(_ configuration: MediaConfiguration) {
        var next = 0
        func place(_ octets: Int) -> Int {
            let offset = next
            next = (next + octets + 127) & ~127
            return offset
        }
        plane = place(MediaPlane.byteCount(configuration))
        sockets = place(
            SocketPool.byteCount(
                pairCapacity: max(Int(configuration.pairCapacity), Int(configuration.pairCount)),
                egress: Self.egressCapacity))
        ingress = place(DatagramBatch.byteCount)
        egress = place(EgressBatch.byteCount(capacity: Self.egressCapacity))
        stopWord = place(8)
        byteCount = next
    }
}
