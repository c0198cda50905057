import CLinux
import Octets

extension LookupFunctions {
    /// The system's resolver: hosts file and DNS.
    package static let system = LookupFunctions(addresses: systemAddresses, services: systemServices)

    private static func systemAddresses(_ host: String) -> LookupAnswer<InetAddress> {
        var found = [clinux_endpoint](repeating: clinux_endpoint(), count: 32)
        // unsafe: a C function reads the name and fills the array. Sound: both during the call only, and it is told
        // the array's own length.
        let count = unsafe clinux_resolve_host(host, &found, UInt32(found.count))
        guard count >= 0 else { return .failed }
        guard count > 0 else { return .absent }
        return .found(found.prefix(Int(count)).map { InetAddress(high: $0.high, low: $0.low) }, ttl: nil)
    }

    private static func systemServices(_ name: String) -> LookupAnswer<ServiceRecord> {
        var found = [clinux_service](repeating: clinux_service(), count: 32)
        // unsafe: a C function reads the name and fills the array. Sound: both during the call only, and it is told
        // the array's own length.
        let count = unsafe clinux_resolve_service(name, &found, UInt32(found.count))
        guard count >= 0 else { return .failed }
        guard count > 0 else { return .absent }
        let records = found.prefix(Int(count)).map(record)
        return .found(records, ttl: found.prefix(Int(count)).map(\.ttl).min())
    }

    private static func record(_ service: clinux_service) -> ServiceRecord {
        var target = service.target
        // unsafe: a fixed array of C is a tuple here. Sound: its octets are read during the call only, up to the NUL.
        let text = unsafe withUnsafeBytes(of: &target) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return ServiceRecord(
            priority: service.priority, weight: service.weight, port: service.port,
            target: text.hasSuffix(".") ? String(text.dropLast()) : text)
    }
}
