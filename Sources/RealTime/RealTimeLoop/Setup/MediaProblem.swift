package import PacketIO

/// Why the media plane did not start. Numbers are the system's errno.
package enum MediaProblem: Error, Equatable, Sendable {
    /// The sockets could not be had.
    case ports(PortProblem)
    /// Real-time scheduling is required by the configuration, and the system refuses it.
    case realTimeRefused(Int32)
    /// The thread could not be started.
    case thread(Int32)
    /// What was handed over as the shared region is none of this version.
    case region(Int32)

    /// errno of what failed; 0 = none.
    package var number: Int32 {
        switch self {
        case .ports(let problem): return problem.number
        case .realTimeRefused(let number), .thread(let number), .region(let number): return number
        }
    }

    /// The port that it happened at; 0 = none.
    package var port: UInt16 {
        switch self {
        case .ports(let problem): return problem.port
        case .realTimeRefused, .thread, .region: return 0
        }
    }
}
