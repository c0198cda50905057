import InterfaceOwner
import Logging
import MediaControl
import Octets
import RealTimeLoop
import SwitchConfig

/// From the configuration to a running media plane.
enum MediaStart {
    /// How long the calibration at start may take, milliseconds of CPU time.
    private static let calibration = 60

    static func host(_ configuration: Configuration, _ logger: Logger) throws(StartFailure) -> MediaHost {
        let media = self.configuration(configuration.media)
        MediaOrphan.end(in: configuration.node.dataDirectory)
        let host: MediaHost
        switch configuration.media.process {
        case .thread: host = try MediaHost.inThread(media, try card(configuration.media, media, logger))
        case .child:
            host = try MediaHost.inProcess(media, dataDirectory: configuration.node.dataDirectory)
        }
        let level: Logger.Level =
            media.realTime == .off || host.report.isRealTime && host.report.isLocked ? .info : .warning
        logger.log(level: level, "media: \(MediaFailure.phrase(host.report, media.realTime))")
        logger.info("media: packets by \(MediaFailure.calls(host.report, media))")
        return host
    }

    /// Takes the interface over that the real-time plane is to own; nil if it is to own none.
    private static func card(
        _ settings: MediaSettings, _ media: MediaConfiguration, _ logger: Logger
    ) throws(StartFailure) -> OwnedCard? {
        guard settings.mode == .owned, let name = settings.interface else { return nil }
        let isStrict = settings.transmit == .strict
        let filter = PortFilter(
            ranges: isStrict ? [settings.ports.first...settings.ports.last] : [], address4: media.address4,
            address6: media.address6)
        do throws(OwnerProblem) {
            let owner = try InterfaceOwner(name, filter)
            logger.notice("media: \(name) is taken over; its proxy device carries its name and addresses")
            return OwnedCard(owner: owner, isStrict: isStrict, logger: logger)
        } catch {
            throw StartFailure(error.description)
        }
    }

    static func admission(_ settings: MediaSettings) -> MediaAdmission {
        switch settings.capacity {
        case .packetsPerSecond(let rate): return MediaAdmission(capacity: rate, policy: .reserved)
        case .measured:
            var generator = SeededGenerator(seed: Secrets.word())
            let rate = CapacityProbe.measure(milliseconds: calibration, generator: &generator)
            return MediaAdmission(capacity: rate, policy: .measured)
        }
    }

    static func registry(_ settings: MediaSettings) -> PortRegistry {
        PortRegistry(
            first: settings.ports.first, count: settings.ports.pairs, capacity: pairCapacity(settings),
            mode: settings.portMode == .shared ? .shared : .perCall)
    }

    /// Room for pairs that are claimed at run time.
    private static func pairCapacity(_ settings: MediaSettings) -> Int { settings.ports.pairs + 128 }

    static func configuration(_ settings: MediaSettings) -> MediaConfiguration {
        var media = MediaConfiguration()
        media.address4 = settings.address.isIPv4 ? settings.address : .unspecified
        media.address6 = settings.address6 ?? (settings.address.isIPv4 ? .unspecified : settings.address)
        media.firstPort = settings.ports.first
        media.pairCount = UInt16(settings.ports.pairs)
        media.pairCapacity = UInt16(pairCapacity(settings))
        media.dscp = UInt8(settings.dscp)
        media.usesRing = settings.ioUring == .auto
        media.priority = UInt8(settings.realtimePriority)
        media.cpu = Int16(settings.cpu ?? -1)
        media.contexts = UInt32(settings.maxCalls)
        media.rtcpInterval = UInt32(settings.rtcpIntervalMilliseconds)
        media.canonicalName = Secrets.word()
        media.seed = Secrets.word()
        switch settings.realtime {
        case .auto: media.realTime = .auto
        case .required: media.realTime = .required
        case .off: media.realTime = .off
        }
        return media
    }
}
