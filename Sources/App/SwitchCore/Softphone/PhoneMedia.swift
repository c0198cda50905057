import MediaControl
import Octets

/// A media plane for one call, in this process, with ordinary scheduling.
enum PhoneMedia {
    private static let tries = 64

    /// Binds one port pair: the one asked for, or a free one.
    static func start(address: InetAddress, port: UInt16) throws(StartFailure) -> MediaHost {
        var last = StartFailure("no free media port was found")
        for _ in 0..<(port == 0 ? tries : 1) {
            let candidate = port == 0 ? UInt16(32_768 + Secrets.word() % 13_000) & ~1 : port & ~1
            do {
                return try MediaHost.inThread(configuration(address, candidate))
            } catch {
                last = error
            }
        }
        throw last
    }

    private static func configuration(_ address: InetAddress, _ port: UInt16) -> MediaConfiguration {
        var configuration = MediaConfiguration()
        configuration.address4 = address.isIPv4 ? address : .unspecified
        configuration.address6 = address.isIPv4 ? .unspecified : address
        configuration.firstPort = port
        configuration.pairCount = 1
        configuration.pairCapacity = 1
        configuration.contexts = 2
        configuration.lanes = 1
        configuration.realTime = .off
        configuration.canonicalName = Secrets.word()
        configuration.seed = Secrets.word()
        return configuration
    }
}
