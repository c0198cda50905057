import Octets
import RTP
import RTPSession
import Timing

/// One packet that its termination took, on its way through the context.
struct MediaStep: Sendable {
    /// Number of the termination it came from; the other side's is `to`.
    let from: Int
    var header: RTPHeader
    var packet: OctetBuffer
    let reception: Reception
    let arrival: MonotonicInstant
    let now: MonotonicInstant

    @_noAllocation @_noLocks
    init(
        from: Int, header: RTPHeader, packet: OctetBuffer, reception: Reception, arrival: MonotonicInstant,
        now: MonotonicInstant
    ) {
        self.from = from
        self.header = header
        self.packet = packet
        self.reception = reception
        self.arrival = arrival
        self.now = now
    }

    /// Number of the termination that it goes to. RT safe.
    var to: Int { @_noAllocation @_noLocks get { from ^ 1 } }
}
