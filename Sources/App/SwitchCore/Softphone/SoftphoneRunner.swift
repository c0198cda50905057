import MediaControl
import NIOCore
import NIOPosix
import Octets
import SIPTransaction
import SIPTransport
import Softphone

/// Runs a headless phone: sockets, clock, sound files and a media plane around the `Softphone` core.
package struct SoftphoneRunner: Sendable {
    let options: Options

    package init(_ options: Options) { self.options = options }

    /// One registration or one call, from start to end.
    /// - Throws: one sentence when it could not even begin: a wrong option, a file, a port.
    package func run() async throws(StartFailure) -> Report {
        do {
            return try await phone()
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw StartFailure("the phone cannot start: \(error)")
        }
    }

    private func phone() async throws -> Report {
        guard DTMFDigit.digits(of: options.digits ?? "") != nil else {
            throw StartFailure("digits are 0-9, *, #, A-D, and a comma for a pause")
        }
        if let status = options.reject, !(300...699).contains(status) {
            throw StartFailure("a call is rejected with a status from 300 to 699")
        }
        let sound = try options.play.map { try WaveFile.load($0) }
        let recorder = try options.record.map { try WaveWriter($0) }
        let own = try ownEndpoint()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let host = try PhoneMedia.start(address: own.address, port: options.mediaPort)
        do {
            let line = try await loop.submit { PhoneLine(loop: loop) }.get()
            let local = try await line.listen(ListenerAddress(transport: transport(), endpoint: own))
            let settings = try await settings(local: local, mediaPort: host.lanes.configuration.firstPort, sound: sound)
            let studio = PhoneStudio(host: host, sound: sound ?? [], recorder: recorder)
            let report = await line.run(settings, studio: studio, readyFile: options.readyFile)
            host.stop()
            try? await group.shutdownGracefully()
            return judge(report)
        } catch {
            host.stop()
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private func ownEndpoint() throws(StartFailure) -> InetEndpoint {
        if let endpoint = InetEndpoint(text: options.bind) { return endpoint }
        guard let address = InetAddress(text: options.bind) else {
            throw StartFailure("\(options.bind) is no address to bind")
        }
        return InetEndpoint(address: address, port: 0)
    }

    private func judge(_ report: SoftphoneReport) -> Report {
        let succeeded: Bool
        if options.registerOnly {
            succeeded = report.register == .registered
        } else if let status = options.reject {
            succeeded = report.outcome == .rejected && report.sipCode == status
        } else if options.cancelAfter != nil {
            succeeded = report.outcome == .cancelled
        } else {
            succeeded = report.outcome == .completed
        }
        return Report(json: report.json, text: report.text, succeeded: succeeded)
    }

    func resolve(_ host: String, _ port: UInt16?, _ kind: TransportKind) async throws -> [InetEndpoint] {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: [InetEndpoint].self)
        loop.execute {
            let resolver = NameResolver(loop: loop, clock: { Clock.now })
            resolver.resolve(host: host, port: port, transport: kind) { endpoints in
                promise.succeed(endpoints)
                resolver.stop()
            }
        }
        return try await promise.futureResult.get()
    }
}

extension SoftphoneReport {
    /// A few lines for people.
    var text: String {
        var rows = [["outcome", "\(outcome.rawValue), \(sipCode) \(reason)"]]
        if register != .none { rows.append(["registration", "\(register.rawValue), \(registerCode)"]) }
        if let talk = talkMilliseconds {
            rows.append(["talked", "\(talk) ms, \(codec ?? "-"), ended by \(endedBy?.rawValue ?? "-")"])
            rows.append(["sent", "\(packetsSent) packets"])
            rows.append(["received", "\(packetsReceived) packets, \(lost) lost, jitter \(jitter) us"])
            rows.append([
                "quality", mos == 0 ? "nothing heard" : "MOS \(mos / 100).\(mos % 100 < 10 ? "0" : "")\(mos % 100)",
            ])
        }
        if !digitsReceived.isEmpty { rows.append(["digits", digitsReceived]) }
        return TextTable.text(rows)
    }
}
