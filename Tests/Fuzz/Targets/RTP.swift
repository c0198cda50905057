import Octets
import RTP
import RTPSession

/// An RTP packet: what passes the check is read, stripped, rewritten and read again without leaving its octets.
package func fuzzRTP(_ bytes: UnsafeRawBufferPointer) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
    defer { memory.deallocate() }
    memory.copyMemory(from: bytes.baseAddress ?? UnsafeRawPointer(memory), byteCount: bytes.count)
    let packet = OctetBuffer(start: memory, count: bytes.count)
    guard RTPHeader.problem(in: packet) == nil else { return }
    var header = RTPHeader(packet)
    let payload = header.payload(of: packet)
    precondition(
        Int(header.headerCount) + payload.count + Int(header.paddingCount) == packet.count, "parts do not add up")
    if let event = TelephoneEvent(payload: payload) { event.emit(into: payload) }
    let gap = header.stripExtension(in: packet)
    let shorter = packet.suffix(from: gap)
    header.sequence &+= 1
    header.rewrite(in: shorter)
    precondition(RTPHeader.problem(in: shorter) == nil, "a rewritten packet is no packet")
    let again = RTPHeader(shorter)
    precondition(
        again.sequence == header.sequence && again.payloadCount == header.payloadCount, "the rewriting changed it")
    precondition(again.extensionCount == 0 || gap == 0, "the extension is still there")
    judge(bytes)
}

/// The same octets as a run of sequence numbers: the books must balance.
private func judge(_ bytes: UnsafeRawBufferPointer) {
    var state = SourceState(ssrc: SSRC(1), firstSequence: 0)
    var taken: UInt64 = 0
    for index in stride(from: 0, to: bytes.count - 1, by: 2) {
        switch state.receive(sequence: UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])) {
        case .inOrder, .reordered, .duplicate, .restarted: taken += 1
        case .probation, .jump: break
        }
        _ = state.takeFractionLost()
    }
    precondition(state.received == taken, "a packet was counted twice or not at all")
}
