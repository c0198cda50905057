import Codecs
import DSP
package import MediaControl
import Octets
import PacketDemux
import RTPSession
import Rings
import Telemetry
package import Timing

/// The media agent of one shard: contexts and their terminations, fed with commands, datagrams and time.
///
/// It knows no socket and no clock. A cycle of the loop is: `takeCommand` until it has none or enough, `ingress` with
/// a received batch, `tick` when `nextDeadline` has come, then the egress batch is sent, and `sent` is told when.
/// Everything lies in memory given at setup; nothing is allocated later.
// Owner: media thread of its shard. Others read what goes through `MediaPort`.
package struct MediaPlane: ~Copyable {
    /// The bridge's real-time end. The loop uses it for doorbell and sign of life.
    package var port: MediaPort
    /// Figures of the shard. The loop adds what it knows (kernel drops, cycles, CPU time); the plane publishes them.
    package var shard = ShardCounters()

    var flows: FlowTable
    let contexts: SlotArray<ContextState>
    /// Two for each context, side A first; the flow table's slots are the same numbers.
    let terminations: SlotArray<Termination>
    /// Slots of the contexts there are, and of those that the tick visits, without gaps.
    let active: SlotArray<UInt32>
    var activeCount = 0
    let ticking: SlotArray<UInt32>
    var tickingCount = 0
    let players: SlotArray<Player>
    let playerMemory: OctetBuffer
    var freePlayers: FixedQueue<UInt32>
    let lanes: SlotArray<BlockLane>
    let marks: SlotArray<EgressMark>
    var markCount = 0
    let tables: G711Tables
    let sine: SineTable
    /// 80 octets of scratch.
    let block: OctetBuffer
    let canonicalName: OctetBuffer
    let interval: TimeSpan
    var clock = NTPClock()
    var generator: SmallGenerator
    var refusals = DropCounters()
    var grid: TickGrid

    /// When `tick` is due next. RT safe, O(1).
    package var nextDeadline: MonotonicInstant { @_noAllocation @_noLocks get { grid.next } }

    /// Contexts there are. RT safe.
    package var contextCount: Int { @_noAllocation @_noLocks get { activeCount } }

    /// Notes that the wall clock shows `wall` at `now`; sender reports carry it. RT safe, O(1).
    @_noAllocation @_noLocks
    package mutating func align(_ wall: WallInstant, at now: MonotonicInstant) { clock.align(wall, at: now) }

    /// The egress batch was handed to the network at `now`: lateness is noted for each packet in it.
    /// RT safe, as many steps as packets.
    @_noAllocation @_noLocks
    package mutating func sent(at now: MonotonicInstant) {
        var index = 0
        while index < markCount {
            let mark = marks[index]
            terminations[Int(mark.termination)].lateness.record(due: mark.due, sent: now)
            index += 1
        }
        markCount = 0
    }

    /// Notes a packet in the egress batch. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func mark(_ termination: Int, due: MonotonicInstant) {
        guard markCount < marks.count else { return }
        marks[markCount] = EgressMark(termination: UInt32(truncatingIfNeeded: termination), due: due)
        markCount += 1
    }

    /// Counts a packet of `termination` that is not used. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func refuse(_ termination: Int, _ reason: DropReason) {
        terminations[termination].refuse()
        refusals.count(reason)
    }

    /// The context and side of a termination's number. RT safe, O(1).
    @_noAllocation @_noLocks
    func place(of termination: Int) -> (context: ContextID, side: Side) {
        let slot = termination / 2
        let id = ContextID(slot: UInt32(truncatingIfNeeded: slot), generation: contexts[slot].generation)
        return (id, termination & 1 == 0 ? .a : .b)
    }
}
