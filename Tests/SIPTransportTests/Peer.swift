import CLinux
import Logging
import NIOCore
import NIOPosix
import Octets
import SIPMessage
import SIPTransaction
import SIPTransport
import Testing
import Timing

/// A transport on a loop of its own, and what came to it, in order.
struct Peer: Sendable {
    enum Event: Sendable {
        case message(ParsedMessage, Hop)
        case problem(MessageProblem, Hop)
        case failed(Hop)
    }

    let loop: any EventLoop
    let shell: NIOLoopBound<TransportShell>
    let events: AsyncStream<Event>
    let listeners: [ListenerAddress]

    /// - Parameter texts: "127.0.0.1:0" and the like, each for UDP and TCP.
    static func start(
        _ texts: [String], _ kinds: [TransportKind] = [.udp, .tcp], settings: TransportSettings = .init(),
        admits: (@Sendable (Hop) -> Bool)? = nil
    ) async throws -> Peer {
        let addresses = try texts.flatMap { text in
            let endpoint = try #require(InetEndpoint(text: text))
            return kinds.map { ListenerAddress(transport: $0, endpoint: endpoint) }
        }
        let (events, inlet) = AsyncStream.makeStream(of: Event.self)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let shell = try await loop.submit {
            let shell = TransportShell(
                loop: loop, settings: settings, logger: Logger(label: "test"), clock: { Peer.now },
                receive: { result, hop, _ in inlet.yield(Event(result, hop)) },
                transportFailed: { inlet.yield(.failed($0)) })
            if let admits { shell.admits = admits }
            return NIOLoopBound(shell, eventLoop: loop)
        }.get()
        let listeners = try await loop.flatSubmit { shell.value.start(addresses) }.get()
        return Peer(loop: loop, shell: shell, events: events, listeners: listeners)
    }

    static var now: MonotonicInstant { MonotonicInstant(nanoseconds: clinux_now_ns()) }

    func endpoint(_ kind: TransportKind, _ index: Int = 0) throws -> InetEndpoint {
        try #require(listeners.filter { $0.transport == kind }.dropFirst(index).first).endpoint
    }

    func hop(_ kind: TransportKind, to remote: InetEndpoint, local: InetEndpoint = .unspecified) -> Hop {
        Hop(transport: kind, remote: remote, local: local)
    }

    func send(_ octets: [UInt8], _ hop: Hop) async throws {
        let shell = shell
        try await loop.submit { shell.value.send(octets, hop) }.get()
    }

    func with<Value: Sendable>(_ body: @escaping @Sendable (TransportShell) -> Value) async throws -> Value {
        let shell = shell
        return try await loop.submit { body(shell.value) }.get()
    }

    /// The next event, whenever it comes.
    func next() async throws -> Event { try #require(await events.first { _ in true }) }

    func nextRequest() async throws -> (SIPRequest, Hop) {
        guard case .message(.request(let request), let hop) = try await next() else { throw Unexpected() }
        return (request, hop)
    }

    func nextResponse() async throws -> (SIPResponse, Hop) {
        guard case .message(.response(let response), let hop) = try await next() else { throw Unexpected() }
        return (response, hop)
    }

    func nextFailure() async throws -> Hop {
        guard case .failed(let hop) = try await next() else { throw Unexpected() }
        return hop
    }

    func stop() async throws {
        let shell = shell
        try await loop.flatSubmit { shell.value.stop() }.get()
    }

    struct Unexpected: Error {}
}

extension Peer.Event {
    init(_ result: Result<ParsedMessage, MessageProblem>, _ hop: Hop) {
        switch result {
        case .success(let message): self = .message(message, hop)
        case .failure(let problem): self = .problem(problem, hop)
        }
    }
}

/// Messages to send.
enum Sample {
    static func options(_ number: Int, via: String = "h", body: String = "") -> [UInt8] {
        request(.options, number, via: via, body: body)
    }

    static func request(_ method: SIPMethod, _ number: Int, via: String = "h", body: String = "") -> [UInt8] {
        Array(
            ("\(method) sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP \(via);branch=z9hG4bK\(number)\r\n"
                + "From: <sip:x@y>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: \(number)@h\r\nCSeq: \(number) \(method)\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
    }
}
