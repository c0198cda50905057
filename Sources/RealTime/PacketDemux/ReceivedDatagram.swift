package import Octets
package import Timing

/// One datagram as it came from a port: where it lies, where it came to and from, and when.
package struct ReceivedDatagram: Sendable, BitwiseCopyable {
    /// Frame of the batch that holds it.
    package var frame: UInt32
    /// Where its first octet lies in the frame, and how many there are.
    package var offset: UInt16
    package var count: UInt16
    package var port: LocalPort
    package var source: InetEndpoint
    package var arrival: MonotonicInstant

    /// RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(
        frame: UInt32, offset: UInt16, count: UInt16, port: LocalPort, source: InetEndpoint, arrival: MonotonicInstant
    ) {
        self.frame = frame
        self.offset = offset
        self.count = count
        self.port = port
        self.source = source
        self.arrival = arrival
    }
}
