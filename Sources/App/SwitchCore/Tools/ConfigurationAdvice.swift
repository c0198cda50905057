package import SwitchConfig

/// What is allowed but worth a second look; `tandem check` and the start print it.
package enum ConfigurationAdvice {
    package static func warnings(for configuration: Configuration) -> [String] {
        var warnings: [String] = []
        let pairs = configuration.media.ports.pairs
        let limit = min(configuration.sip.limits.calls, configuration.media.maxCalls)
        if configuration.media.portMode == .perCall, pairs / 2 < limit {
            warnings.append(
                "media.port_mode per-call and \(pairs) port pairs cap the calls at \(pairs / 2), not \(limit)")
        }
        if configuration.media.process == .child, configuration.media.realtime == .off {
            warnings.append("media.process child without real-time scheduling gains only crash isolation")
        }
        return warnings
    }

    /// What this build cannot do although the configuration asks for it; the start ends with it.
    package static func obstacle(in configuration: Configuration) -> String? {
        switch configuration.media.mode {
        case .sockets: return nil
        case .owned:
            if configuration.media.process == .child {
                return "media.mode owned with media.process child is not in this version: use thread"
            }
            return configuration.media.ioUring == .off ? "media.mode owned needs media.io_uring auto" : nil
        case .xdp: return "media.mode xdp is not in this version: use sockets or owned"
        }
    }
}
