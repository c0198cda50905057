import CLinux
import Octets
import PacketDemux
import Rings

/// Where the tables of the media sockets lie in their memory.
struct SocketLayout {
    private static let readyCapacity = 256
    /// Each frame's datagram, and as many ends.
    private static let arrivalCapacity = 2 * DatagramBatch.frameCount

    let pairCapacity: Int
    let egress: Int
    private let places: Int
    private var offsets: [Int] = []
    private(set) var total = 0

    init(pairCapacity: Int, egress: Int) {
        self.pairCapacity = pairCapacity
        self.egress = egress
        places = pairCapacity * SocketIndex.perPair
        // Why unsafe: sizes of types that hold addresses. Why sound: only their sizes are asked.
        for octets in unsafe [
            SPSCRing<PortRequest>.byteCount(capacity: PortKeeper.lineCapacity),
            SPSCRing<PortReply>.byteCount(capacity: PortKeeper.lineCapacity),
            Int(clinux_batch_octets(UInt32(MediaSockets.sendSlots))),
            SlotArray<Int32>.byteCount(count: places),
            SlotArray<UInt32>.byteCount(count: places),
            SlotArray<clinux_event>.byteCount(count: Self.readyCapacity),
            SlotArray<clinux_received>.byteCount(count: MediaSockets.share),
            SlotArray<clinux_outgoing>.byteCount(count: MediaSockets.sendSlots),
            SlotArray<Int32>.byteCount(count: egress),
            SlotArray<SendChain>.byteCount(count: places),
            SlotArray<Int32>.byteCount(count: places),
            SlotArray<Int32>.byteCount(count: MediaSockets.sendSlots),
            Int(clinux_send_ring_octets(UInt32(MediaSockets.sendSlots))),
            Int(clinux_receive_ring_octets(UInt32(DatagramBatch.frameCount))),
            SlotArray<clinux_arrival>.byteCount(count: Self.arrivalCapacity),
            SlotArray<UInt32>.byteCount(count: places),
            CardPort.byteCount(pairCapacity: pairCapacity),
        ] {
            offsets.append(total)
            total += (octets + 127) & ~127
        }
    }

    @unsafe
    func line(at memory: UnsafeMutableRawPointer, requestBell: Int32, replyBell: Int32) -> PortKeeperLine {
        // Why unsafe: rings are laid on raw memory. Why sound: each has its own range of the layout.
        unsafe PortKeeperLine(
            requests: SPSCRing(at: memory + offsets[0], capacity: PortKeeper.lineCapacity, initialize: true),
            replies: SPSCRing(at: memory + offsets[1], capacity: PortKeeper.lineCapacity, initialize: true),
            requestBell: requestBell, replyBell: replyBell)
    }

    /// Opens the rings where they have their memory.
    @unsafe
    func rings(
        at memory: UnsafeMutableRawPointer, _ configuration: SocketConfiguration, _ frames: OctetBuffer
    ) -> MediaRings {
        // Why unsafe: addresses are computed. Why sound: they lie in the layout.
        unsafe MediaRings(configuration, sender: memory + offsets[12], receiver: memory + offsets[13], frames)
    }

    @unsafe
    func card(
        at memory: UnsafeMutableRawPointer, _ link: CardLink, _ configuration: SocketConfiguration
    ) -> CardPort {
        // Why unsafe: tables are laid on raw memory. Why sound: they have a range of their own in the layout.
        unsafe CardPort(at: memory + offsets[16], link, configuration)
    }

    @unsafe
    func sockets(
        at memory: UnsafeMutableRawPointer, epoll: Int32, bell: Int32, line: PortKeeperLine, rings: MediaRings
    ) -> MediaSockets {
        // Why unsafe: tables are laid on raw memory. Why sound: each has its own range of the layout.
        unsafe MediaSockets(
            epoll: epoll, bell: bell, pairCapacity: pairCapacity,
            descriptors: SlotArray(at: memory + offsets[3], count: places, filledWith: -1),
            dropMarks: SlotArray(at: memory + offsets[4], count: places, filledWith: 0),
            ready: SlotArray(at: memory + offsets[5], count: Self.readyCapacity, filledWith: clinux_event()),
            received: SlotArray(at: memory + offsets[6], count: MediaSockets.share, filledWith: clinux_received()),
            outgoing: SlotArray(at: memory + offsets[7], count: MediaSockets.sendSlots, filledWith: clinux_outgoing()),
            chain: SlotArray(at: memory + offsets[8], count: egress, filledWith: -1),
            chainEnds: SlotArray(at: memory + offsets[9], count: places, filledWith: SendChain(first: -1, last: -1)),
            touched: SlotArray(at: memory + offsets[10], count: places, filledWith: -1),
            senders: SlotArray(at: memory + offsets[11], count: MediaSockets.sendSlots, filledWith: -1),
            batch: clinux_batch_place(memory + offsets[2], UInt32(MediaSockets.sendSlots)), ring: rings.sender,
            receiver: rings.receiver,
            arrivals: SlotArray(at: memory + offsets[14], count: Self.arrivalCapacity, filledWith: clinux_arrival()),
            generations: SlotArray(at: memory + offsets[15], count: places, filledWith: 0), keeper: line)
    }
}
