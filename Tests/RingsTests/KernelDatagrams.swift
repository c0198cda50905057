import CLinux
import Testing

@Suite("Batched datagrams over loopback", .serialized)
struct KernelDatagrams {
    @Test("a full batch arrives with payload, length and source, in both families", arguments: [false, true])
    func fullBatch(six: Bool) throws {
        let sender = try Socket(loopback(six))
        let receiver = try Socket(loopback(six))
        let batch = Batch(slots: 64)
        let payloads = (0..<64).map { UInt8($0) }
        #expect(batch.send(payloads, lengths: (0..<64).map { $0 + 1 }, from: sender, to: receiver.local) == 64)
        let received = batch.receive(receiver, limit: 64)
        #expect(received.count == 64)
        for (index, entry) in received.enumerated() {
            #expect(Int(entry.length) == index + 1)
            #expect(batch.frame(index).first == UInt8(index))
            #expect(entry.source.port == sender.local.port)
            #expect(entry.source.low == sender.local.low && entry.source.high == sender.local.high)
            #expect(entry.truncated == 0)
        }
        #expect(batch.receive(receiver, limit: 64).isEmpty)
    }

    @Test("a datagram longer than the frame is marked truncated, the next one is whole")
    func truncation() throws {
        let sender = try Socket(loopback(false))
        let receiver = try Socket(loopback(false))
        let batch = Batch(slots: 2, frameCapacity: 100)
        #expect(batch.send([1, 2], lengths: [101, 100], from: sender, to: receiver.local) == 2)
        let received = batch.receive(receiver, limit: 2)
        #expect(received.map(\.truncated) == [1, 0])
        #expect(received.map(\.length) == [100, 100])
    }

    @Test("time stamp, TOS and local address come when they are enabled", arguments: [false, true])
    func ancillary(six: Bool) throws {
        let sender = try Socket(loopback(six))
        let receiver = try Socket(loopback(six))
        #expect(clinux_enable_timestamps(receiver.descriptor) == 0)
        #expect(clinux_enable_receive_tos(receiver.descriptor) == 0)
        #expect(clinux_enable_packet_info(receiver.descriptor) == 0)
        #expect(clinux_set_tos(sender.descriptor, 0xB8) == 0)
        let before = clinux_wall_us()
        let batch = Batch(slots: 4)
        #expect(batch.send([7], lengths: [3], from: sender, to: receiver.local) == 1)
        let entry = try #require(batch.receive(receiver, limit: 4).first)
        #expect(entry.tos == 0xB8)
        #expect(entry.target.low == receiver.local.low && entry.target.high == receiver.local.high)
        let stamped = Int64(entry.timestamp_ns / 1_000)
        #expect(stamped >= before - 1_000_000 && stamped <= clinux_wall_us() + 1_000_000)
    }

    @Test("what the kernel drops for want of buffer is counted on the socket")
    func overflow() throws {
        let sender = try Socket(loopback(false))
        let receiver = try Socket(loopback(false))
        #expect(clinux_enable_overflow_count(receiver.descriptor) == 0)
        #expect(clinux_set_receive_buffer(receiver.descriptor, 2_048) > 0)
        let batch = Batch(slots: 64)
        let lengths = Array(repeating: 1_000, count: 64)
        for _ in 0..<4 {
            #expect(
                batch.send(Array(repeating: 1, count: 64), lengths: lengths, from: sender, to: receiver.local) == 64)
        }
        var arrived = batch.receive(receiver, limit: 64).count
        #expect(arrived < 256)
        #expect(clinux_receive_drops(receiver.descriptor) == Int64(256 - arrived))
        #expect(batch.send([1], lengths: [10], from: sender, to: receiver.local) == 1)
        let last = try #require(batch.receive(receiver, limit: 64).last)
        arrived += 1
        #expect(last.has_drops == 1)
        #expect(Int(last.drops) == 257 - arrived)
    }

    @Test("a datagram that cannot be sent gets its problem, the others go out")
    func oneRefused() throws {
        let sender = try Socket(loopback(false))
        let receiver = try Socket(loopback(false))
        let batch = Batch(slots: 3, frameCapacity: 70_000)
        let problems = batch.sendReportingProblems(
            [1, 2, 3], lengths: [10, 66_000, 12], from: sender, to: receiver.local)
        #expect(problems == [0, CLINUX_EMSGSIZE, 0])
        #expect(batch.receive(receiver, limit: 3).map(\.length) == [10, 12])
    }

    @Test("a port that nobody listens on does not stop what comes after")
    func refusedPort() throws {
        let sender = try Socket(loopback(false))
        let receiver = try Socket(loopback(false))
        let gone = try Socket(loopback(false)).local
        #expect(clinux_connect(sender.descriptor, [gone]) == 0)
        let batch = Batch(slots: 2)
        for _ in 0..<5 {
            #expect(batch.send([1], lengths: [10], from: sender, to: gone) == 1)
            #expect(batch.send([2], lengths: [11], from: sender, to: receiver.local) == 1)
        }
        var lengths: [UInt32] = []
        while true {
            let more = batch.receive(receiver, limit: 2)
            if more.isEmpty { break }
            lengths += more.map(\.length)
        }
        #expect(lengths == [11, 11, 11, 11, 11])
    }

    @Test("a port is taken once")
    func exclusive() throws {
        let first = try Socket(loopback(false))
        #expect(throws: Problem(number: -CLINUX_EADDRINUSE)) { _ = try Socket(first.local) }
    }

    @Test("IPv4 and IPv6 can hold the same port side by side")
    func bothFamilies() throws {
        var six = loopback(true)
        six.port = try Socket(loopback(false)).local.port
        let four = loopback(false, port: six.port)
        let first = try Socket(six)
        let second = try Socket(four)
        #expect(first.local.port == second.local.port)
    }
}

struct Problem: Error, Equatable {
    let number: Int32
}

func loopback(_ six: Bool, port: UInt16 = 0) -> clinux_endpoint {
    clinux_endpoint(high: 0, low: six ? 1 : 0xFFFF_7F00_0001, port: port, reserved: (0, 0, 0))
}

/// A bound UDP socket that closes itself.
final class Socket {
    let descriptor: Int32
    private(set) var local = clinux_endpoint()

    init(_ endpoint: clinux_endpoint) throws {
        descriptor = clinux_udp_open([endpoint])
        if descriptor < 0 { throw Problem(number: descriptor) }
        let problem = clinux_local_endpoint(descriptor, &local)
        if problem < 0 { throw Problem(number: problem) }
    }

    deinit { if descriptor >= 0 { clinux_close(descriptor) } }
}

/// A batch with frames of its own to receive into.
final class Batch {
    private let memory: UnsafeMutableRawPointer
    private let frames: UnsafeMutableRawPointer
    private let batch: OpaquePointer
    private let slots: Int
    private let capacity: Int

    init(slots: Int, frameCapacity: Int = 2_048) {
        self.slots = slots
        capacity = frameCapacity
        memory = .allocate(byteCount: Int(clinux_batch_octets(UInt32(slots))), alignment: 64)
        frames = .allocate(byteCount: slots * frameCapacity, alignment: 64)
        batch = clinux_batch_place(memory, UInt32(slots))
        for slot in 0..<slots {
            clinux_batch_set_frame(batch, UInt32(slot), frames + slot * capacity, UInt32(capacity))
        }
    }

    deinit {
        memory.deallocate()
        frames.deallocate()
    }

    func frame(_ slot: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: frames + slot * capacity, count: capacity)
    }

    func receive(_ socket: Socket, limit: Int) -> [clinux_received] {
        var received = Array(repeating: clinux_received(), count: limit)
        let count = clinux_batch_receive(batch, socket.descriptor, UInt32(limit), &received)
        return Array(received.prefix(Int(max(0, count))))
    }

    /// Sends one datagram of each length, filled with the octet beside it; returns how many were dealt with.
    func send(_ octets: [UInt8], lengths: [Int], from socket: Socket, to target: clinux_endpoint) -> Int {
        outgoing(octets, lengths, socket, target).dealt
    }

    func sendReportingProblems(
        _ octets: [UInt8], lengths: [Int], from socket: Socket, to target: clinux_endpoint
    ) -> [Int32] {
        outgoing(octets, lengths, socket, target).problems
    }

    private func outgoing(
        _ octets: [UInt8], _ lengths: [Int], _ socket: Socket, _ target: clinux_endpoint
    ) -> (dealt: Int, problems: [Int32]) {
        let longest = lengths.max() ?? 0
        let payload = UnsafeMutableRawPointer.allocate(byteCount: max(1, octets.count * longest), alignment: 16)
        defer { payload.deallocate() }
        var outgoing: [clinux_outgoing] = []
        for (index, octet) in octets.enumerated() {
            let start = payload + index * longest
            start.initializeMemory(as: UInt8.self, repeating: octet, count: longest)
            outgoing.append(
                clinux_outgoing(target: target, octets: start, length: UInt32(lengths[index]), problem: 0))
        }
        let dealt = clinux_batch_send(batch, socket.descriptor, &outgoing, UInt32(outgoing.count))
        return (Int(dealt), outgoing.map(\.problem))
    }
}
