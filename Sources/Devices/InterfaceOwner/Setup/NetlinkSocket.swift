import CLinux
import Glibc

/// A route netlink socket: asks and waits for the answer, or hears what changes.
final class NetlinkSocket {
    /// Groups of changes; linux/rtnetlink.h.
    static let links: UInt32 = 1
    static let everything: UInt32 = 1 | 4 | 0x10 | 0x40 | 0x100 | 0x400
    /// How long an answer of the kernel is waited for, in milliseconds.
    private static let patience: Int32 = 2_000

    let descriptor: Int32
    private var sequence: UInt32 = 0
    private var buffer = [UInt8](repeating: 0, count: 1 << 17)

    /// - Parameters:
    ///   - groups: changes to hear of; 0 = none.
    ///   - namespace: path of the network namespace; nil = that of the process.
    init(groups: UInt32 = 0, in namespace: String? = nil) throws(OwnerProblem) {
        let opened = Namespace.run(namespace) { clinux_netlink_open(groups) }
        guard opened >= 0 else { throw OwnerProblem.system("open a netlink socket", -opened) }
        descriptor = opened
    }

    deinit { _ = clinux_close(descriptor) }

    /// Everything of some kinds (`NetlinkKind.getLink` …), as the messages that tell it.
    func dump(_ kinds: [UInt16]) throws(OwnerProblem) -> [NetlinkMessage] {
        var found: [NetlinkMessage] = []
        for kind in kinds {
            let sequence = try send(.all(kind))
            var isDone = false
            while !isDone {
                for message in try receive(waiting: true) where message.sequence == sequence {
                    switch message.kind {
                    case NetlinkKind.done: isDone = true
                    case NetlinkKind.error:
                        throw OwnerProblem.system(
                            "read the interfaces", -Int32(bitPattern: message.body[...].word32(at: 0)))
                    default: found.append(message)
                    }
                }
            }
        }
        return found
    }

    /// Has the kernel do something.
    ///
    /// - Returns: 0, or an errno.
    func ask(_ request: NetlinkRequest) throws(OwnerProblem) -> Int32 {
        let sequence = try send(request)
        while true {
            for message in try receive(waiting: true)
            where message.kind == NetlinkKind.error && message.sequence == sequence {
                return -Int32(bitPattern: message.body[...].word32(at: 0))
            }
        }
    }

    /// As `ask`; a refusal is thrown.
    func perform(_ request: NetlinkRequest, _ doing: String) throws(OwnerProblem) {
        let problem = try ask(request)
        guard problem == 0 else { throw OwnerProblem.system(doing, problem) }
    }

    /// What has come; nil if some of it was lost.
    func changes() -> [NetlinkMessage]? { try? receive(waiting: false) }

    private func send(_ request: NetlinkRequest) throws(OwnerProblem) -> UInt32 {
        sequence += 1
        let octets = request.numbered(sequence)
        let problem = SystemCalls.send(octets, by: descriptor)
        guard problem == 0 else { throw OwnerProblem.system("ask the kernel", -problem) }
        return sequence
    }

    private func receive(waiting: Bool) throws(OwnerProblem) -> [NetlinkMessage] {
        let timeout = waiting ? Self.patience : 0
        let length = SystemCalls.receive(into: &buffer, by: descriptor, waiting: timeout)
        guard length > 0 || length == 0 && !waiting else {
            throw OwnerProblem.system("hear the kernel's answer", length < 0 ? Int32(-length) : 110)
        }
        do {
            return try NetlinkMessage.all(in: buffer[..<Int(length)])
        } catch {
            throw OwnerProblem("cannot read the kernel's answer: it is cut short")
        }
    }
}

extension OwnerProblem {
    static func system(_ doing: String, _ number: Int32) -> OwnerProblem {
        // Why unsafe: the system's words come as an address. Why sound: the text is copied at once.
        let text = unsafe String(cString: strerror(number))
        return OwnerProblem(doing: doing, number: number, text: text)
    }
}
