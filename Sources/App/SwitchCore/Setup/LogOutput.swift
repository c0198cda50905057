import CLinux
import Logging
import SwitchConfig
import Timing

/// Where the log goes: standard error, one line an entry.
enum LogOutput {
    static func logger(_ settings: LogSettings) -> Logger {
        let json = settings.format == .json
        var logger = Logger(label: "tandem") { _ in LineLogHandler(json: json) }
        logger.logLevel = settings.level.logging
        return logger
    }

    /// A descriptor for every socket that the configuration may ask for.
    static func raiseDescriptorLimit(_ logger: Logger) {
        let limit = clinux_raise_limit_descriptors()
        if limit < 4096 { logger.warning("only \(limit) open files are allowed: TCP connections are few") }
    }
}

/// Lines for people, or JSON for programs.
private struct LineLogHandler: LogHandler {
    let json: Bool
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let text = "\(event.message)"
        guard !json else {
            var object = JSONBuilder()
            object.add("time", Clock.wall.description)
            object.add("level", event.level.rawValue)
            object.add("message", text)
            for (key, value) in all.sorted(by: { $0.key < $1.key }) { object.add(key, "\(value)") }
            return Output.complaint(object.text)
        }
        let extra = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        Output.complaint("\(Clock.wall) \(event.level.rawValue) \(text)\(extra)")
    }
}
