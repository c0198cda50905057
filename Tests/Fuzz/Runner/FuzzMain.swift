@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// `tandem-fuzz TARGET [libFuzzer's own options and corpora]`
@main
struct FuzzMain {
    nonisolated(unsafe) static var target: (UnsafeRawBufferPointer) -> Void = { _ in }

    static let targets: [String: @Sendable (UnsafeRawBufferPointer) -> Void] = [
        "sip-message": fuzzSIPMessage,
        "stream-framer": fuzzStreamFramer,
        "sdp": { fuzzSDP([UInt8]($0)) },
        "rtp": fuzzRTP,
        "rtcp": fuzzRTCP,
        "digest": fuzzDigestHeader,
        "inet-frame": { withWindow($0, fuzzInetFrame) },
        "ethernet": { withWindow($0, fuzzEthernet) },
        "arp": { withWindow($0, fuzzARP) },
        "ipv4": { withWindow($0, fuzzIPv4) },
        "ipv6": { withWindow($0, fuzzIPv6) },
        "udp": { withWindow($0, fuzzUDP) },
        "icmp": { withWindow($0, fuzzICMP) },
        "icmpv6": { withWindow($0, fuzzICMPv6) },
        "frame-demux": { withWindow($0, fuzzFrameDemux) },
        "neighbor-cache": fuzzNeighborCache,
        "virtio-net": { withWindow($0, fuzzVirtioNet) },
    ]

    static func main() {
        guard CommandLine.arguments.count > 1, let chosen = targets[CommandLine.arguments[1]] else {
            print("targets: " + targets.keys.sorted().joined(separator: " "))
            return
        }
        target = chosen
        // The driver sees the program's name and everything behind the target's name.
        var count = CommandLine.argc - 1
        var arguments = CommandLine.unsafeArgv + 1
        _ = runDriver(&count, &arguments) { start, length in
            FuzzMain.target(UnsafeRawBufferPointer(start: start, count: length))
            return 0
        }
    }
}
