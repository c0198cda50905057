package import Octets

/// A datagram that is not media (STUN, DTLS, fragments), on its way to or from the control side.
package struct SlowDatagram: Sendable, BitwiseCopyable {
    package static var capacity: Int { @_noAllocation @_noLocks get { 1536 } }

    package var context = ContextID(slot: 0, generation: 0)
    package var side: Side = .a
    package var portIndex: UInt16 = 0
    /// 1 = it came to, or leaves from, the pair's RTCP port.
    package var isRTCPPort: UInt8 = 0
    package var count: UInt16 = 0
    package var endpoint: InetEndpoint = .unspecified
    package var octets: InlineArray<1536, UInt8> = InlineArray(repeating: 0)

    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package init() {}
}

/// 10 ms of 8 kHz audio on a block lane.
package struct AudioBlock: Sendable, BitwiseCopyable {
    package static var sampleCount: Int { @_noAllocation @_noLocks get { 80 } }

    package var samples: InlineArray<80, Int16> = InlineArray(repeating: 0)

    /// Silence. RT safe. Bound: 80.
    @_noAllocation @_noLocks
    package init() {}
}
