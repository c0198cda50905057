import MediaControl
import Octets
import RTP
import RTPSession
import Rings
import Timing

extension MediaPlane {
    /// One event packet of the termination's far end. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func hear(_ index: Int, _ header: RTPHeader, _ packet: OctetBuffer, now: MonotonicInstant) {
        guard let event = TelephoneEvent(payload: header.payload(of: packet)) else { return }
        let heard = terminations[index].digitsIn.receive(event, timestamp: header.timestamp, now: now)
        if let digit = heard.before { tell(digit, of: index) }
        if let digit = heard.own { tell(digit, of: index) }
    }

    /// Ends an event whose packets stopped. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func expireDigit(_ index: Int, now: MonotonicInstant) {
        guard let digit = terminations[index].digitsIn.expire(now: now) else { return }
        tell(digit, of: index)
    }

    @_noAllocation @_noLocks
    private mutating func tell(_ digit: HeardDigit, of index: Int) {
        terminations[index].counters.eventsIn &+= 1
        terminations[index].isChanged = true
        guard terminations[index].wanted.flags.has(.reportDigits), digit.event <= 15 else { return }
        let (context, side) = place(of: index)
        var event = MediaEvent(.digit, context: context, side: side)
        event.digit = digit.event
        event.value = UInt64(digit.duration) * 1000 / UInt64(max(terminations[index].wanted.clockRate, 1))
        port.tell(event)
    }
}
