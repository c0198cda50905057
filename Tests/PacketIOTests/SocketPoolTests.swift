import CLinux
import Octets
import PacketDemux
import PacketIO
import Testing
import Timing

@Suite("Kernel sockets of the media ports, on loopback", .serialized)
struct SocketPoolTests {
    @Test(
        "a datagram from one pair reaches the other with its source and port, over IPv4 and IPv6",
        arguments: [false, true], [false, true])
    func roundTrip(six: Bool, ring: Bool) throws {
        let box = try PoolBox(pairs: 2, capacity: 4, from: 31_000, six: six, usesRing: ring)
        let address = six ? PoolBox.loopback6 : PoolBox.loopback4
        for channel in PortChannel.allCases {
            let octets: [UInt8] = [0x80, 1, 2, 3, channel == .rtp ? 4 : 5]
            try box.send(octets, from: 0, channel, to: InetEndpoint(address: address, port: box.number(1, channel)))
            box.sockets.send(&box.egress, now: box.now)
            #expect(box.egress.count == 0)
            let isMore = box.receive()
            #expect(!isMore)
            #expect(box.batch.count == 1)
            let datagram = box.batch[0]
            #expect(datagram.port.pair == 1 && datagram.port.channel == channel)
            #expect(datagram.source == InetEndpoint(address: address, port: box.number(0, channel)))
            #expect(box.received(0) == octets)
            box.sockets.release(&box.batch)
        }
        #expect(box.sockets.counters.packetsIn == 2 && box.sockets.counters.packetsOut == 2)
    }

    @Test(
        "more than a batch, and more than all frames, waits for the next one; nothing is lost, and each socket's order is kept",
        arguments: [false, true])
    func manyBatches(ring: Bool) throws {
        let box = try PoolBox(pairs: 5, capacity: 5, from: 32_600, usesRing: ring)
        for round in 0..<200 as Range<UInt8> {
            for pair in 0..<4 as Range<UInt16> {
                let target = InetEndpoint(address: PoolBox.loopback4, port: box.number(pair))
                if box.egress.room == 0 { box.sockets.send(&box.egress, now: box.now) }
                try box.send([0x80, UInt8(pair), round], from: 4, to: target)
            }
        }
        box.sockets.send(&box.egress, now: box.now)
        var next: [UInt8] = [0, 0, 0, 0]
        var batches = 0
        while next.reduce(0, { $0 + Int($1) }) < 800, batches < 80 {
            _ = box.receive()
            for index in 0..<box.batch.count {
                let octets = box.received(index)
                #expect(octets[2] == next[Int(octets[1])])
                next[Int(octets[1])] += 1
            }
            box.sockets.release(&box.batch)
            batches += 1
        }
        #expect(next == [200, 200, 200, 200])
        #expect(batches >= 4)
        #expect(box.sockets.counters.kernelDrops == 0)
    }

    @Test("what the kernel drops for want of buffer is counted (SO_RXQ_OVFL)", arguments: [false, true])
    func kernelDrops(ring: Bool) throws {
        let box = try PoolBox(pairs: 2, capacity: 2, from: 34_200, receiveBuffer: 4_096, usesRing: ring)
        let target = InetEndpoint(address: PoolBox.loopback4, port: box.number(1))
        for _ in 0..<20 {
            for _ in 0..<100 { try box.send([UInt8](repeating: 0x80, count: 1_000), from: 0, to: target) }
            box.sockets.send(&box.egress, now: box.now)
        }
        var seen = 0
        _ = box.receive()
        seen += box.batch.count
        box.sockets.release(&box.batch)
        for _ in 0..<40 {
            _ = box.sockets.wait(until: box.now, now: box.now)
            _ = box.sockets.receive(into: &box.batch, now: box.now)
            seen += box.batch.count
            box.sockets.release(&box.batch)
        }
        try box.send([0x80], from: 0, to: target)
        box.sockets.send(&box.egress, now: box.now)
        _ = box.receive()
        seen += box.batch.count
        #expect(seen < 2_001)
        #expect(UInt64(2_001 - seen) == box.sockets.counters.kernelDrops)
    }

    @Test("a datagram longer than a frame is cut, counted and delivered empty", arguments: [false, true])
    func oversized(ring: Bool) throws {
        let box = try PoolBox(pairs: 1, capacity: 1, from: 36_000, usesRing: ring)
        var local = clinux_endpoint()
        local.low = PoolBox.loopback4.low
        let sender = clinux_udp_open(&local)
        defer { _ = clinux_close(sender) }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: Int(clinux_batch_octets(1)), alignment: 64)
        defer { memory.deallocate() }
        let octets = [UInt8](repeating: 0x80, count: 3_000)
        let port = box.number(0)
        let sent = octets.withUnsafeBytes { bytes in
            var entry = clinux_outgoing(
                target: clinux_endpoint(high: 0, low: PoolBox.loopback4.low, port: port, reserved: (0, 0, 0)),
                octets: bytes.baseAddress, length: 3_000, problem: 0)
            return clinux_batch_send(clinux_batch_place(memory, 1), sender, &entry, 1)
        }
        #expect(sent == 1)
        _ = box.receive()
        #expect(box.batch.count == 1)
        #expect(box.batch.octets(at: 0).count == 0)
        #expect(box.sockets.counters.oversized == 1)
    }

    @Test(
        "a datagram without a socket of its family, and one that the kernel refuses, are counted; the rest goes on",
        arguments: [false, true])
    func sendFailures(ring: Bool) throws {
        let box = try PoolBox(pairs: 2, capacity: 2, from: 37_600, usesRing: ring)
        let good = InetEndpoint(address: PoolBox.loopback4, port: box.number(1))
        try box.send([1], from: 0, to: InetEndpoint(address: PoolBox.loopback6, port: 9))
        try box.send([2], from: 0, to: InetEndpoint(address: PoolBox.loopback4, port: 0))
        try box.send([3], from: 0, to: good)
        box.sockets.send(&box.egress, now: box.now)
        _ = box.receive()
        #expect(box.batch.count == 1)
        #expect(box.received(0) == [3])
        #expect(box.sockets.counters.sendFailures == 2)
        #expect(box.sockets.counters.packetsOut == 1)
    }

    @Test("an ICMP error of an earlier datagram costs no later one", arguments: [false, true])
    func leftOverError(ring: Bool) throws {
        let box = try PoolBox(pairs: 2, capacity: 2, from: 44_200, usesRing: ring)
        var local = clinux_endpoint()
        local.low = PoolBox.loopback4.low
        let closed = clinux_udp_open(&local)
        #expect(clinux_local_endpoint(closed, &local) == 0)
        _ = clinux_close(closed)
        try box.send([1], from: 0, to: InetEndpoint(address: PoolBox.loopback4, port: local.port))
        box.sockets.send(&box.egress, now: box.now)
        try box.send([2], from: 0, to: InetEndpoint(address: PoolBox.loopback4, port: box.number(1)))
        box.sockets.send(&box.egress, now: box.now)
        while box.batch.count == 0 { _ = box.receive() }
        #expect(box.received(0) == [2])
        #expect(box.sockets.counters.packetsOut == 2 && box.sockets.counters.sendFailures == 0)
    }

    @Test("the ring is there where the kernel has one, and not where it is not asked for", arguments: [false, true])
    func ringIsUsed(ring: Bool) throws {
        let box = try PoolBox(pairs: 1, capacity: 1, from: 45_800, usesRing: ring)
        #expect(box.hasRing == (ring && box.ringRefusal == 0))
        #expect([0, CLINUX_EPERM, CLINUX_ENOSYS].contains(box.ringRefusal))
    }

    @Test("a port that somebody else holds is named; nothing stays open")
    func portInUse() throws {
        let box = try PoolBox(pairs: 2, capacity: 2, from: 39_200)
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: SocketPool.byteCount(pairCapacity: 3, egress: 8), alignment: 128)
        defer { memory.deallocate() }
        var wanted = box.configuration
        wanted.firstPort -= 2
        wanted.pairCount = 3
        wanted.pairCapacity = 3
        #expect(throws: PortProblem.port(box.number(0), CLINUX_EADDRINUSE)) {
            _ = try SocketPool(at: memory, wanted, egress: 8, ingress: box.batch)
        }
        var local = clinux_endpoint()
        local.low = PoolBox.loopback4.low
        local.port = wanted.firstPort
        let free = clinux_udp_open(&local)
        #expect(free >= 0)
        _ = clinux_close(free)
    }

    @Test("pairs are claimed and relinquished while others are in use", arguments: [false, true])
    func claims(ring: Bool) throws {
        let box = try PoolBox(pairs: 1, capacity: 3, from: 41_000, usesRing: ring)
        let number = box.configuration.firstPort + 40
        #expect(box.sockets.claim(0, at: number)?.isOpen == false)
        #expect(box.sockets.claim(2, at: number + 1)?.isOpen == false)
        #expect(box.sockets.claim(2, at: number) == nil)
        var answer: PortAnswer?
        for _ in 0..<20 where answer == nil {
            if box.sockets.wait(until: box.now + .seconds(2), now: box.now).hasPortAnswer {
                answer = box.sockets.nextPortAnswer()
            }
        }
        #expect(answer?.isOpen == true && answer?.pair == 2)
        try box.send([7], from: 0, to: InetEndpoint(address: PoolBox.loopback4, port: number))
        box.sockets.send(&box.egress, now: box.now)
        _ = box.receive()
        #expect(box.batch.count == 1 && box.batch[0].port.pair == 2)
        let closed = box.sockets.relinquish(2)
        #expect(!closed.isOpen && closed.problem == 0)
        #expect(box.sockets.isClosed(2))
        // The keeper closes on its own thread; nothing else may hold the port.
        var local = clinux_endpoint()
        local.low = PoolBox.loopback4.low
        local.port = number
        var again = -CLINUX_EADDRINUSE
        let deadline = box.now + .seconds(2)
        while again == -CLINUX_EADDRINUSE, box.now < deadline { again = clinux_udp_open(&local) }
        #expect(again >= 0)
        _ = clinux_close(again)
    }

    @Test("the control side's bell wakes the wait, and only once", arguments: [false, true])
    func bell(ring: Bool) throws {
        let box = try PoolBox(pairs: 1, capacity: 1, from: 42_600, usesRing: ring)
        box.ring()
        let first = box.sockets.wait(until: box.now + .seconds(5), now: box.now)
        #expect(first.isRung)
        let second = box.sockets.wait(until: box.now, now: box.now)
        #expect(!second.isRung)
    }
}
