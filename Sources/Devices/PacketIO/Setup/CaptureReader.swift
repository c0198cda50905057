import CPcap
package import Timing

/// Why a capture can't be read or written: one sentence.
package struct CaptureProblem: Error, Equatable, Sendable {
    package let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}

/// One packet of a capture.
package struct CapturedPacket: Sendable {
    /// As captured, with the capture's own link header.
    package let octets: [UInt8]
    /// Octets that it had on the wire.
    package let originalCount: Int
    package let time: WallInstant
}

/// Reads a capture file: pcap or pcapng of any order and link type that libpcap knows. Owner: one thread.
@safe package final class CaptureReader {
    private let path: String
    // Why unsafe: libpcap's handle. Why sound: not nil, used by this object alone and closed once in `deinit`.
    private let handle: OpaquePointer
    package let link: CaptureLink

    /// - Throws: one sentence if the file can't be read, is no capture, or has a link type that is not read.
    package init(path: String) throws(CaptureProblem) {
        var reason = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        // Why unsafe: C call with two buffers. Why sound: the path is terminated, and the reason has libpcap's own size.
        guard let opened = unsafe pcap_open_offline(path, &reason) else {
            throw CaptureProblem("\(path) can't be read as a capture: \(Self.text(reason, without: path))")
        }
        unsafe handle = opened
        self.path = path
        let number = unsafe pcap_datalink(opened)
        guard let link = CaptureLink(number: number) else {
            let name = unsafe pcap_datalink_val_to_name(number).map { unsafe String(cString: $0) } ?? "\(number)"
            unsafe pcap_close(opened)
            throw CaptureProblem(
                "\(path) has packets of link type \(name); Ethernet, Linux cooked, raw IP and loopback are read")
        }
        self.link = link
    }

    deinit { unsafe pcap_close(handle) }

    /// The next packet; nil at the end of the file.
    ///
    /// - Throws: one sentence if the file ends within a packet or is damaged.
    package func next() throws(CaptureProblem) -> CapturedPacket? {
        var header: UnsafeMutablePointer<pcap_pkthdr>?
        var start: UnsafePointer<UInt8>?
        // Why unsafe: libpcap lends a header and octets until the next call. Why sound: both are copied at once.
        let result = unsafe pcap_next_ex(handle, &header, &start)
        guard result == 1, let header = unsafe header, let start = unsafe start else {
            if result == PCAP_ERROR_BREAK { return nil }
            throw CaptureProblem("\(path) is damaged: \(unsafe String(cString: pcap_geterr(handle)))")
        }
        let record = unsafe header.pointee
        let octets = unsafe [UInt8](UnsafeBufferPointer(start: start, count: Int(record.caplen)))
        let time = WallInstant(microseconds: Int64(record.ts.tv_sec) * 1_000_000 + Int64(record.ts.tv_usec))
        return CapturedPacket(octets: octets, originalCount: Int(record.len), time: time)
    }

    /// libpcap's words, without the path that some of them begin with.
    private static func text(_ reason: [CChar], without path: String) -> String {
        let octets = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let text = String(decoding: octets, as: UTF8.self)
        return text.hasPrefix(path + ": ") ? String(text.dropFirst(path.count + 2)) : text
    }
}
