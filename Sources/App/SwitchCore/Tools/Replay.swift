import InetWire
import Octets
import PacketDemux
import PacketIO
import Timing

/// `tandem replay`: runs a capture through the demultiplexer and reports where each packet went.
package enum Replay {
    /// As typed.
    package struct Options: Sendable {
        package var file = ""
        package var json = false
        package var address: String?
        package var address6: String?
        package var mac: String?
        package var ports = "20000-20127"
        package var vlan: UInt16 = 0
        package var strictChecksums = false

        package init() {}
    }

    /// Lines that are written at once.
    private static let lineBlock = 256

    /// - Throws: one sentence about what cannot be read or understood; what came before a damaged packet is written.
    package static func run(_ options: Options) throws(StartFailure) {
        let us = try identity(options)
        let ports = try range(options.ports)
        let problem: CaptureProblem?
        if options.json {
            var lines: [String] = []
            problem = try read(options, us, ports) { number, packet, frame in
                lines.append(ReplayLine.json(number, packet.time, frame))
                guard lines.count >= lineBlock else { return }
                Output.line(lines.joined(separator: "\n"))
                lines.removeAll(keepingCapacity: true)
            }
            if !lines.isEmpty { Output.line(lines.joined(separator: "\n")) }
        } else {
            var summary = ReplaySummary()
            problem = try read(options, us, ports) { _, _, frame in summary.add(frame) }
            Output.line(summary.text)
        }
        if let problem { throw StartFailure(problem.sentence) }
    }

    /// Reads the whole file; says what stopped it before its end.
    private static func read(
        _ options: Options, _ us: CaptureIdentity, _ ports: ClosedRange<UInt16>,
        _ body: (Int, CapturedPacket, SortedFrame) -> Void
    ) throws(StartFailure) -> CaptureProblem? {
        let reader: CaptureReader
        do throws(CaptureProblem) {
            reader = try CaptureReader(path: options.file)
        } catch {
            throw StartFailure(error.sentence)
        }
        let sorter = CaptureSorter(link: reader.link, us: us, reserved: ports)
        var number = 0
        do throws(CaptureProblem) {
            while let packet = try reader.next() {
                number += 1
                body(number, packet, sorter.sort(packet))
            }
        } catch {
            return error
        }
        return nil
    }

    private static func identity(_ options: Options) throws(StartFailure) -> CaptureIdentity {
        var us = CaptureIdentity()
        if let text = options.mac {
            us.link = MACAddress(text: text)
            guard us.link?.isStation == true else {
                throw StartFailure("--mac \(text) is no station's MAC address, such as 02:00:5e:10:00:01")
            }
        }
        us.ipv4 = try address(options.address, "--address", isIPv4: true)
        us.ipv6 = try address(options.address6, "--address6", isIPv4: false)
        guard options.vlan < 4_095 else { throw StartFailure("--vlan \(options.vlan) is no VLAN: 1 to 4094") }
        us.vlan = options.vlan
        us.wantsFinishedChecksums = options.strictChecksums
        return us
    }

    private static func address(_ text: String?, _ option: String, isIPv4: Bool) throws(StartFailure) -> InetAddress? {
        guard let text else { return nil }
        guard let address = InetAddress(text: text), address.isIPv4 == isIPv4 else {
            throw StartFailure("\(option) \(text) is no \(isIPv4 ? "IPv4" : "IPv6") address")
        }
        return address
    }

    private static func range(_ text: String) throws(StartFailure) -> ClosedRange<UInt16> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last else {
            throw StartFailure("--ports \(text) is no range of ports, such as 20000-20127")
        }
        return first...last
    }
}
