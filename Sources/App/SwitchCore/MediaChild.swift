import RealTimeLoop

/// The media plane's own process, as `tandem run` starts it.
package enum MediaChild {
    /// Runs until the control side ends it, or until nobody needs it any more.
    /// - Returns: one sentence when it could not start; the region says the same to the control side.
    package static func run(region: Int32, bell: Int32) -> String? {
        do {
            try MediaProcess.run(region: region, doorbell: bell)
            return nil
        } catch {
            return "the media plane cannot start (error \(error.number), port \(error.port))"
        }
    }
}
