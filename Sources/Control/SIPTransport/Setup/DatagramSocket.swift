import CLinux
import Octets

/// A bound UDP socket, before the loop takes it over.
struct DatagramSocket {
    /// For the channel, which closes it.
    let descriptor: Int32
    let endpoint: InetEndpoint
    /// Has a descriptor of its own for the same socket.
    let sender: DatagramSender

    /// - Throws: `.cannotListen` with the system's error number.
    init(_ address: ListenerAddress, _ settings: TransportSettings) throws(TransportProblem) {
        var wanted = clinux_endpoint(address.endpoint)
        // unsafe: a C function reads our endpoint. Sound: during the call only.
        let socket = unsafe clinux_udp_open(&wanted)
        guard socket >= 0 else { throw .cannotListen(address, errno: -socket) }
        var bound = clinux_endpoint()
        // unsafe: a C function fills our endpoint. Sound: during the call only.
        let answer = unsafe clinux_local_endpoint(socket, &bound)
        let copy = clinux_duplicate(socket)
        guard answer >= 0, copy >= 0 else {
            _ = clinux_close(socket)
            throw .cannotListen(address, errno: answer < 0 ? -answer : -copy)
        }
        _ = clinux_set_receive_buffer(socket, settings.receiveBuffer)
        _ = clinux_set_send_buffer(socket, settings.sendBuffer)
        descriptor = socket
        endpoint = InetEndpoint(bound)
        sender = DatagramSender(descriptor: copy)
    }
}

extension clinux_endpoint {
    init(_ endpoint: InetEndpoint) {
        self.init()
        high = endpoint.address.high
        low = endpoint.address.low
        port = endpoint.port
    }
}

extension InetEndpoint {
    init(_ endpoint: clinux_endpoint) {
        self.init(address: InetAddress(high: endpoint.high, low: endpoint.low), port: endpoint.port)
    }
}
