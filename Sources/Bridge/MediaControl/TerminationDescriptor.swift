package import Octets

/// One RTP payload type as a leg numbers it, and what it stands for. 255 = not negotiated.
package struct PayloadMapping: Hashable, Sendable, BitwiseCopyable {
    package var payloadType: UInt8
    package var format: AudioFormat

    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package init(payloadType: UInt8, format: AudioFormat) {
        self.payloadType = payloadType
        self.format = format
    }

    /// No payload type. RT safe. Bound: O(1).
    package static var unused: PayloadMapping {
        @_noAllocation @_noLocks get { PayloadMapping(payloadType: .max, format: .none) }
    }
}

/// What a termination may do now.
package struct TerminationFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
    package let rawValue: UInt16
    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The far end's media is taken (our direction includes recv).
    package static var receive: Self { @_noAllocation @_noLocks get { Self(rawValue: 1 << 0) } }
    /// Media is sent to the far end (our direction includes send).
    package static var send: Self { @_noAllocation @_noLocks get { Self(rawValue: 1 << 1) } }
    /// RTCP shares the RTP port (RFC 5761).
    package static var rtcpMux: Self { @_noAllocation @_noLocks get { Self(rawValue: 1 << 2) } }
    /// The remote description is known: unknown sources may begin to prove themselves.
    package static var described: Self { @_noAllocation @_noLocks get { Self(rawValue: 1 << 3) } }
    /// Digits received here are reported up the bridge.
    package static var reportDigits: Self { @_noAllocation @_noLocks get { Self(rawValue: 1 << 4) } }
    /// The call is on hold: silence does not count as a dead call.
    package static var held: Self { @_noAllocation @_noLocks get { Self(rawValue: 1 << 5) } }
    /// Digits that the other side sends as tones or commands are sent here as RFC 4733 events.
    package static var sendDigits: Self { @_noAllocation @_noLocks get { Self(rawValue: 1 << 6) } }
}

/// The whole wanted state of one termination. A `modify` carries all of it, so that a lost or repeated
/// one does no harm.
///
/// Times in milliseconds, rates in hertz. Ports are places in the pool (`PortRegistry`), not numbers.
package struct TerminationDescriptor: Hashable, Sendable, BitwiseCopyable {
    package var kind: TerminationKind = .none
    package var nat: NATPolicy = .proof
    package var flags = TerminationFlags(rawValue: 0)
    /// Index of the port pair in the pool.
    package var portIndex: UInt16 = 0
    /// Index of the pair of block lanes (`blocks` only).
    package var lane: UInt16 = 0
    /// Our synchronisation source towards this side; unique per port pair.
    package var localSSRC: UInt32 = 0
    /// The far end's, where its description told it (`a=ssrc`, RFC 5576); else 0.
    package var remoteSSRC: UInt32 = 0
    package var clockRate: UInt32 = 8000
    /// The far end's RTP address as signalled.
    package var remoteRTP: InetEndpoint = .unspecified
    /// The far end's RTCP address as signalled; equal to `remoteRTP` with `rtcpMux`.
    package var remoteRTCP: InetEndpoint = .unspecified
    /// Where the far end's signalling comes from: a source that first-packet proof accepts.
    package var signallingSource: InetAddress = .unspecified
    /// What we send: payload type as the far end numbers it.
    package var sendPayload: PayloadMapping = .unused
    /// What the far end may send: payload types as we numbered them (two codecs at most).
    package var receivePayload: PayloadMapping = .unused
    package var receivePayload2: PayloadMapping = .unused
    /// RFC 4733 telephone events, RFC 3389 comfort noise; 255 = not negotiated.
    package var sendEventType: UInt8 = .max
    package var receiveEventType: UInt8 = .max
    package var sendNoiseType: UInt8 = .max
    package var receiveNoiseType: UInt8 = .max
    /// Packet time towards the far end, 10...60.
    package var packetTime: UInt8 = 20

    /// A termination of the given kind with nothing negotiated. RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package init(kind: TerminationKind = .none) { self.kind = kind }
}
