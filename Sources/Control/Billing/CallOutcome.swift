/// How a leg ended.
package struct CallOutcome: Hashable, Sendable {
    /// The final response to INVITE; 0 while there is none.
    package var sipStatus: UInt16 = 0
    package var sipReason: String?
    package var cause: HangupCause?
    package var causeSource: CauseSource?
    package var releasedBy: ReleasedBy?
    package var disposition: Disposition?
    package var billable = false

    package init() {}
}
