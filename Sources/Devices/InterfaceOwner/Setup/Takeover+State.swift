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
        let written = SystemCalls.write(octets, to: file)
        guard written == octets.count, fsync(file) == 0 else { throw OwnerProblem.system("write \(statePath)", errno) }
    }

    /// What was written down; nil if there is nothing, or it was cut.
    func readState() throws(OwnerProblem) -> InterfaceSnapshot? {
        let file = SystemCalls.openForReading(statePath)
        guard file >= 0 else { return nil }
        defer { _ = close(file) }
        var octets = [UInt8](repeating: 0, count: 1 << 20)
        let length = SystemCalls.read(into: &octets, from: file)
        guard length > 0, let state = InterfaceState(text: String(decoding: octets[..<length], as: UTF8.self)) else {
            return nil
        }
        return InterfaceSnapshot(of: name, in: Self.news(state.messages))
    }
}
