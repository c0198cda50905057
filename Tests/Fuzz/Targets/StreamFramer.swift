import SIPMessage

/// The first octet says how the rest is cut into segments: the frames must not depend on it.
package func fuzzStreamFramer(_ bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first, bytes.count <= 4_096 else { return }
    let stream = [UInt8](bytes.dropFirst())
    let whole = frames(of: stream, segment: max(stream.count, 1))
    let cut = frames(of: stream, segment: Int(first) % 61 + 1)
    precondition(messages(whole) == messages(cut), "frames depend on segments")
}

private func messages(_ frames: [StreamFramer.Frame]) -> [[UInt8]] {
    frames.compactMap { frame in
        if case .message(let octets) = frame { return octets }
        return nil
    }
}

private func frames(of stream: [UInt8], segment: Int) -> [StreamFramer.Frame] {
    var framer = StreamFramer()
    var found: [StreamFramer.Frame] = []
    for start in stride(from: 0, to: stream.count, by: segment) {
        framer.append(stream[start..<min(start + segment, stream.count)])
        while let frame = framer.next() { found.append(frame) }
    }
    return found
}
