import Octets

/// One attempt of a call before the one that this leg stands for.
package struct TriedRoute: Hashable, Sendable {
    package var trunk: String
    package var sipStatus: UInt16
    package var cause: HangupCause
    package var milliseconds: UInt32

    package init(trunk: String, sipStatus: UInt16, cause: HangupCause, milliseconds: UInt32) {
        self.trunk = trunk
        self.sipStatus = sipStatus
        self.cause = cause
        self.milliseconds = milliseconds
    }

    /// The column `tried_routes`: an array of objects, or nil for no attempt.
    package static func json(_ routes: [TriedRoute]) -> String? {
        guard !routes.isEmpty else { return nil }
        let objects = routes.map { route in
            "{\"trunk\":\(JSONText.quoted(route.trunk)),\"sip_code\":\(route.sipStatus),"
                + "\"q850\":\(route.cause.rawValue),\"ms\":\(route.milliseconds)}"
        }
        return "[" + objects.joined(separator: ",") + "]"
    }
}
