import Octets
import RTP

/// An RTCP datagram: what passes the check is walked to its end, and every field is read.
package func fuzzRTCP(_ bytes: UnsafeRawBufferPointer) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
    defer { memory.deallocate() }
    memory.copyMemory(from: bytes.baseAddress ?? UnsafeRawPointer(memory), byteCount: bytes.count)
    let datagram = OctetBuffer(start: memory, count: bytes.count)
    let problem = RTCPWalker.problem(in: datagram)
    var walker = RTCPWalker(datagram)
    var end = 0
    while let part = walker.next() {
        precondition(part.start == end || part.start >= end, "packets overlap")
        end = part.start + part.octetCount
        precondition(end <= datagram.count, "a packet beyond the datagram")
        read(part, datagram)
    }
    if problem == nil { precondition(end > 0, "a sound datagram without a packet") }
}

private func read(_ part: RTCPPart, _ datagram: OctetBuffer) {
    _ = part.senderInfo(in: datagram)
    let sender = part.sender(in: datagram) ?? SSRC(0)
    _ = part.says(bye: sender, in: datagram)
    if let name = part.canonicalName(of: sender, in: datagram) { precondition(name.count <= 255, "a name too long") }
    for index in 0..<part.reportCount {
        let block = part.report(at: index, in: datagram)
        precondition(part.report(on: block.ssrc, in: datagram) != nil, "a block that can't be found")
    }
}
