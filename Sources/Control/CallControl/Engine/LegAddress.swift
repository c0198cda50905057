/// Which leg of which call. Our tags and Call-IDs carry it, so that no table of dialogs is needed.
struct LegAddress: Hashable, Sendable {
    let call: UInt32
    /// As in the call's records: `caller`, then one for every INVITE of ours.
    let leg: UInt16

    /// The caller's leg.
    static let caller: UInt16 = 1

    /// `shard-call-leg-token`: what a tag or the left side of a Call-ID of ours looks like.
    func text(shard: Int, token: String) -> String {
        "\(shard)-\(String(call, radix: 36))-\(String(leg, radix: 36))-\(token)"
    }

    init(call: UInt32, leg: UInt16) {
        self.call = call
        self.leg = leg
    }

    /// Nil for a text that is not of this form and shard. The token is compared where the leg is found.
    init?(text: String, shard: Int) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, Int(Substring(parts[0])) == shard,
            let call = UInt32(Substring(parts[1]), radix: 36), let leg = UInt16(Substring(parts[2]), radix: 36)
        else { return nil }
        self.init(call: call, leg: leg)
    }
}
