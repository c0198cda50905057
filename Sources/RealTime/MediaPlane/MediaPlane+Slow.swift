import MediaControl
import Octets
package import PacketDemux
import Telemetry

extension MediaPlane {
    /// Sends what the control side gave for a termination (STUN answers and the like). RT safe: at most four
    /// datagrams of 1,536 octets a call.
    @_noAllocation @_noLocks
    package mutating func sendSlow(into egress: inout EgressBatch) {
        var left = 4
        while left > 0, egress.room > 0, let slow = port.nextSlow() {
            left -= 1
            send(slow, into: &egress)
        }
    }

    @_noAllocation @_noLocks
    private mutating func send(_ slow: SlowDatagram, into egress: inout EgressBatch) {
        guard isCurrent(slow.context), let frame = egress.takeFrame() else { return refusals.count(.noFrame) }
        var datagram = slow
        let count = min(Int(datagram.count), SlowDatagram.capacity)
        var offset = 0
        while offset < count {
            frame.set(octet: datagram.octets[offset], at: offset)
            offset += 1
        }
        let port = LocalPort(pair: slow.portIndex, channel: slow.isRTCPPort == 0 ? .rtp : .rtcp)
        datagram.count = UInt16(truncatingIfNeeded: count)
        let isTaken = egress.append(
            EgressDatagram(octets: frame.prefix(count), port: port, destination: slow.endpoint))
        guard isTaken else { return refusals.count(.queueFull) }
        shard.packetsOut &+= 1
        shard.octetsOut &+= UInt64(count)
    }
}
