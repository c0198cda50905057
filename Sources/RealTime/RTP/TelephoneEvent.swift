package import Octets

/// The four octets of a named telephone event. RFC 4733 §2.3.
package struct TelephoneEvent: Equatable, Sendable, BitwiseCopyable {
    /// Octets of one event block.
    package static var octetCount: Int { @_noAllocation @_noLocks get { 4 } }
    /// How often a sender repeats the final packet. RFC 4733 §2.5.1.4.
    package static var endPackets: Int { @_noAllocation @_noLocks get { 3 } }

    /// 0…9 digits, 10 star, 11 pound, 12…15 A to D, 16 flash; others by RFC 4733 §3.
    package var event: UInt8
    package var isEnd: Bool
    /// Power in −dBm0, 0…63.
    package var volume: UInt8
    /// Since the event's timestamp, in timestamp units.
    package var duration: UInt16

    /// RT safe.
    @_noAllocation @_noLocks
    package init(event: UInt8, isEnd: Bool, volume: UInt8, duration: UInt16) {
        self.event = event
        self.isEnd = isEnd
        self.volume = volume & 0x3f
        self.duration = duration
    }

    /// Reads the first event block of a payload, nil when it is shorter than one. RT safe, O(1).
    @_noAllocation @_noLocks
    package init?(payload: OctetBuffer) {
        guard payload.count >= 4 else { return nil }
        let flags = payload.octet(at: 1)
        event = payload.octet(at: 0)
        isEnd = flags & 0x80 != 0
        volume = flags & 0x3f
        duration = payload.uint16(at: 2)
    }

    /// Writes one block into the first four octets. RT safe, O(1).
    @_noAllocation @_noLocks
    package func emit(into payload: OctetBuffer) {
        payload.set(octet: event, at: 0)
        payload.set(octet: (isEnd ? 0x80 : 0) | volume, at: 1)
        payload.set(uint16: duration, at: 2)
    }

    /// The ASCII letter of a DTMF event (0…9 * # A…D), nil for events that are no DTMF digit. RT safe.
    package var letter: UInt8? {
        @_noAllocation @_noLocks get {
            switch event {
            case 0...9: return 0x30 + event
            case 10: return 0x2a
            case 11: return 0x23
            case 12...15: return 0x41 + event - 12
            default: return nil
            }
        }
    }

    /// The event of an ASCII letter, nil when it stands for no DTMF digit. RT safe.
    @_noAllocation @_noLocks
    package static func event(letter: UInt8) -> UInt8? {
        switch letter {
        case 0x30...0x39: return letter - 0x30
        case 0x2a: return 10
        case 0x23: return 11
        case 0x41...0x44: return letter - 0x41 + 12
        case 0x61...0x64: return letter - 0x61 + 12
        default: return nil
        }
    }
}
