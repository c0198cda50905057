import Glibc
import MediaControl
import Octets
import RealTimeLoop

/// Why the media plane did not start, in one sentence.
enum MediaFailure {
    static func sentence(_ problem: MediaProblem, _ configuration: MediaConfiguration) -> String {
        switch problem {
        case .realTimeRefused(let number):
            return "media.realtime is required, but real-time scheduling is refused: \(SystemError.text(number))"
        case .ports, .thread, .region:
            return sentence(number: problem.number, port: problem.port, configuration)
        }
    }

    static func sentence(_ report: MediaReport, _ configuration: MediaConfiguration) -> String {
        if configuration.realTime == .required, report.failedPort == 0 {
            return
                "media.realtime is required, but real-time scheduling is refused: \(SystemError.text(report.failure))"
        }
        return sentence(number: report.failure, port: report.failedPort, configuration)
    }

    private static func sentence(number: Int32, port: UInt16, _ configuration: MediaConfiguration) -> String {
        guard port > 0 else { return "the media plane cannot start: \(SystemError.text(number))" }
        let address = configuration.address4.isUnspecified ? configuration.address6 : configuration.address4
        if number == EADDRINUSE { return "media port \(port) on \(address) is in use by another program" }
        return "media port \(port) on \(address) cannot be bound: \(SystemError.text(number))"
    }

    /// How datagrams come and leave, for the log and `tandem status`.
    static func calls(_ report: MediaReport, _ configuration: MediaConfiguration) -> String {
        guard configuration.usesRing else { return "recvmmsg and sendmmsg" }
        guard report.ringRefusal != 0 else { return "io_uring" }
        return "recvmmsg and sendmmsg, io_uring refused (\(SystemError.text(report.ringRefusal)))"
    }

    /// What the machine granted, in one phrase for the log and `tandem status`.
    static func phrase(_ report: MediaReport, _ policy: RealTimePolicy) -> String {
        guard policy != .off else { return "real-time off" }
        var parts = [
            report.isRealTime
                ? "SCHED_FIFO" : "SCHED_FIFO refused (\(SystemError.text(report.scheduleRefusal))): ordinary scheduling"
        ]
        parts.append(
            report.isLocked ? "memory locked" : "memory not locked (\(SystemError.text(report.lockRefusal)))")
        if report.isPinned { parts.append("pinned") }
        if report.pinRefusal != 0 { parts.append("not pinned (\(SystemError.text(report.pinRefusal)))") }
        return parts.joined(separator: ", ")
    }
}
