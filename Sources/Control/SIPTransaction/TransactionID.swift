/// Names a client transaction of one layer; never used twice.
package struct ClientTransactionID: Hashable, Sendable {
    let raw: UInt64

    /// A CANCEL bears the branch of its INVITE, so it bears its number too. RFC 3261 §9.1.
    var cancel: ClientTransactionID { ClientTransactionID(raw: raw | 1) }
    var isCancel: Bool { raw & 1 == 1 }
}

/// Names a server transaction of one layer; never used twice.
package struct ServerTransactionID: Hashable, Sendable {
    let raw: UInt64
}

/// The branch parameters that a layer makes: `z9hG4bK`, the shard, the transaction's number, a token.
///
/// The number finds the transaction without a table of branches; the token makes the branch unguessable.
struct BranchText {
    static let separator = UInt8(ascii: "-")

    static func make(shard: Int, id: ClientTransactionID, token: UInt64) -> String {
        "z9hG4bK-\(shard)-" + String(id.raw >> 1, radix: 36) + "-" + TokenSource.text(token)
    }

    /// The number in a branch of this shard; nil for any other text.
    static func number(in branch: String, shard: Int) -> UInt64? {
        let parts = branch.utf8.split(separator: separator, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, Int(Substring(parts[1])) == shard else { return nil }
        return UInt64(Substring(parts[2]), radix: 36)
    }
}
