import Glibc

extension Takeover {
    /// Writes down what the interface has, and waits until the disk has it.
    func writeState(_ before: InterfaceSnapshot) throws(OwnerProblem) {
        let messages =
            [NetlinkMessage(kind: NetlinkKind.newLink, sequence: 0, body: before.link.body)]
            + before.addresses.map { NetlinkMessage(kind: NetlinkKind.newAddress, sequence: 0, body: $0.body) }
            + before.routes.map { NetlinkMessage(kind: NetlinkKind.newRoute, sequence: 0, body: $0.body) }
        let octets = Array(InterfaceState(messages: messages).text.utf8)
        let file = SystemCalls.openForWriting(statePath)
        guard file >= 0 else { throw OwnerProblem.system("write \(statePath)", -file) }
        defer { _ = close(file) }
        // Why unsafe: octets by address. Why sound: they outlive the call.
        let written = unsafe octets.withUnsafeBytes { unsafe write(file, $0.baseAddress!, $0.count) }
        guard written == octets.count, fsync(file) == 0 else { throw OwnerProblem.system("write \(statePath)", errno) }
    }

    /// What was written down; nil if there is nothing, or it was cut.
    func readState() throws(OwnerProblem) -> InterfaceSnapshot? {
        let file = SystemCalls.openForReading(statePath)
        guard file >= 0 else { return nil }
        defer { _ = close(file) }
        var octets = [UInt8](repeating: 0, count: 1 << 20)
        // Why unsafe: octets by address. Why sound: no more are written than there is room for.
        let length = unsafe octets.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress!, $0.count) }
        guard length > 0, let state = InterfaceState(text: String(decoding: octets[..<length], as: UTF8.self)) else {
            return nil
        }
        return InterfaceSnapshot(of: name, in: Self.news(state.messages))
    }
}
