package import Timing

/// How the ledger of one node works.
package struct LedgerOptions: Sendable {
    /// `node.data`; made if it is missing.
    package var directory: String
    package var nodeID: String
    /// Slots of the liveness file: as many as calls at once.
    package var callSlots = 8_192
    /// How long a commit gathers further work once somebody waits.
    package var gatherMilliseconds = 5
    /// How long work that nobody waits for may lie.
    package var lazyMilliseconds = 50
    /// Operations that may wait; closing operations are taken beyond it.
    package var queueLimit = 65_536
    package var diskMinimumMegabytes = 64
    package var reserveMegabytes = 16
    package var clock: @Sendable () -> WallInstant
    /// Runs before each commit. A test stalls the disk here.
    package var beforeCommit: @Sendable () -> Void = {}

    package init(directory: String, nodeID: String, clock: @escaping @Sendable () -> WallInstant) {
        self.directory = directory
        self.nodeID = nodeID
        self.clock = clock
    }

    package var databasePath: String { directory + "/records.sqlite" }
    var livenessPath: String { directory + "/liveness" }
    var reservePath: String { directory + "/records.reserve" }
    var lockPath: String { directory + "/lock" }
}
