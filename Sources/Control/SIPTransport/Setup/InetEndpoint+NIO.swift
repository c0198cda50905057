import NIOCore
import Octets

extension InetEndpoint {
    /// Nil for what is neither IPv4 nor IPv6.
    init?(_ address: SocketAddress) {
        switch address {
        case .v4, .v6: break
        case .unixDomainSocket: return nil
        }
        // unsafe: NIO shows the address as the kernel's structure only, by pointer. Sound: it is read inside the
        // closure, within the size that NIO gives: port at octet 2, IPv4 address at 4 of 16, IPv6 address at 8 of 28.
        self = unsafe address.withSockAddr { start, size in
            let raw = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(start), count: size)
            let port = unsafe UInt16(bigEndian: raw.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
            guard size >= 28 else {
                let bits = unsafe UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
                return InetEndpoint(address: .ipv4(bits), port: port)
            }
            let high = unsafe UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            let low = unsafe UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
            return InetEndpoint(address: InetAddress(high: high, low: low), port: port)
        }
    }
}

extension SocketAddress {
    /// - Throws: never in practice: four or sixteen octets are always an address.
    init(_ endpoint: InetEndpoint) throws {
        var packed = ByteBuffer()
        if let bits = endpoint.address.ipv4 {
            packed.writeInteger(bits)
        } else {
            packed.writeInteger(endpoint.address.high)
            packed.writeInteger(endpoint.address.low)
        }
        try self.init(packedIPAddress: packed, port: Int(endpoint.port))
    }
}
