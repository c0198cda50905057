import CLinux
import InetWire
import Octets
import Rings

/// Frames that went between card and proxy, and those that the other side did not take.
package struct ShuttleCounters: Sendable, BitwiseCopyable {
    package var framesIn: UInt64 = 0
    package var octetsIn: UInt64 = 0
    package var droppedIn: UInt64 = 0
    package var framesOut: UInt64 = 0
    package var octetsOut: UInt64 = 0
    package var droppedOut: UInt64 = 0
}

/// The general-purpose plane's way to the wire: what the card receives goes to the proxy, what the system sends by the
/// proxy goes to the card, each frame with the offload header that stands in front of it.
///
/// Runs on an ordinary thread of its own; at most 64 frames of one direction before the other has its turn. Owner:
/// `InterfaceOwner`, which stops it before the descriptors go.
@safe final class ProxyShuttle: @unchecked Sendable {
    private static let turn = 64
    /// A frame with offloads has 64 KiB and its headers.
    private static let capacity = 1 << 17
    /// Room in front for a VLAN tag that the card took off.
    private static let front = 64
    /// How long a frame of the system waits for room in the card's queue, in milliseconds.
    private static let patience: Int32 = 20

    private let card: Int32
    private let proxy: Int32
    private let epoll: Int32
    private let stopBell: Int32
    // Why unsafe: one frame's memory. Why sound: made here, used by the thread alone, freed after it has ended.
    private let memory: UnsafeMutableRawPointer
    private var thread: UInt64 = 0
    private var counted = ShuttleCounters()
    private let published: SeqlockCell<ShuttleCounters>
    private let cell: UnsafeMutableRawPointer

    init(card: Int32, proxy: Int32) throws(OwnerProblem) {
        self.card = card
        self.proxy = proxy
        epoll = clinux_epoll_create()
        stopBell = clinux_eventfd_create()
        unsafe memory = .allocate(byteCount: Self.capacity, alignment: 64)
        unsafe cell = .allocate(byteCount: SeqlockCell<ShuttleCounters>.byteCount, alignment: 128)
        published = unsafe SeqlockCell(at: cell, holding: ShuttleCounters())
        for (descriptor, token) in [(card, 1), (proxy, 2), (stopBell, 3)] {
            _ = clinux_epoll_add(epoll, descriptor, CLINUX_READABLE, UInt64(token))
        }
        let started = OwnerThread.start("tandem-proxy", self) { $0.run() }
        thread = started.handle
        if started.problem != 0 { throw OwnerProblem.system("start a thread", started.problem) }
    }

    /// Ends the thread and waits for it.
    func stop() {
        _ = clinux_eventfd_signal(stopBell)
        if thread != 0 { _ = clinux_thread_join(thread) }
        thread = 0
    }

    deinit {
        stop()
        _ = clinux_close(epoll)
        _ = clinux_close(stopBell)
        unsafe memory.deallocate()
        unsafe cell.deallocate()
    }

    /// From any thread.
    var counters: ShuttleCounters { published.load() ?? ShuttleCounters() }

    private func run() {
        var event = clinux_event()
        while true {
            // Why unsafe: the kernel writes one event. Why sound: it has room for one.
            let count = unsafe clinux_epoll_wait(epoll, &event, 1, -1)
            if count == 1, event.token == 3 { return }
            if count == 1, event.token == 1 { receive() }
            if count == 1, event.token == 2 { send() }
            published.store(counted)
        }
    }

    /// From the card to the proxy.
    private func receive() {
        for _ in 0..<Self.turn {
            var tag: Int32 = -1
            // Why unsafe: the frame by its address. Why sound: the kernel writes no more than there is room for.
            let length = unsafe clinux_packet_receive(
                card, memory + Self.front, UInt64(Self.capacity - Self.front), &tag)
            guard length > 0 else { return }
            let window = unsafe OctetBuffer(start: memory, count: Self.front + Int(length))
            let frame = tag < 0 ? window.suffix(from: Self.front) : Self.tagged(window, UInt16(truncatingIfNeeded: tag))
            let taken = unsafe clinux_frame_write(proxy, frame.start, UInt64(frame.count), 0)
            if taken > 0 {
                counted.framesIn += 1
                counted.octetsIn += UInt64(length)
            } else {
                counted.droppedIn += 1
            }
        }
    }

    /// From the proxy to the card.
    private func send() {
        for _ in 0..<Self.turn {
            // Why unsafe, why sound: as above.
            let length = unsafe clinux_frame_read(proxy, memory, UInt64(Self.capacity))
            guard length > 0 else { return }
            let taken = unsafe clinux_frame_write(card, memory, UInt64(length), Self.patience)
            if taken > 0 {
                counted.framesOut += 1
                counted.octetsOut += UInt64(length)
            } else {
                counted.droppedOut += 1
            }
        }
    }

    /// Puts a tag back that the card took off a frame: behind its addresses.
    ///
    /// - Parameter window: room, then offload header and frame from `front` on.
    private static func tagged(_ window: OctetBuffer, _ tag: UInt16) -> OctetBuffer {
        let whole = window.suffix(from: front - 4)
        let moved = VirtioNetHeader.count + 12
        guard whole.count >= moved + 4 else { return window.suffix(from: front) }
        for place in 0..<moved { whole.set(octet: whole.octet(at: place + 4), at: place) }
        whole.set(uint16: EtherType.vlan.number, at: moved)
        whole.set(uint16: tag, at: moved + 2)
        var header = VirtioNetHeader(whole)
        if header.needsChecksum { header.checksumStart += 4 }
        if header.headersCount > 0 { header.headersCount += 4 }
        _ = header.emit(into: whole)
        return whole
    }
}
