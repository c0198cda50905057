import Glibc

/// Tells a service manager how the daemon is: one datagram to the socket that it named (sd_notify's protocol).
enum ReadyNotice {
    static func send(_ state: String) {
        // unsafe: getenv's text. Sound: copied at once, before any other thread may change the environment.
        guard let value = unsafe getenv("NOTIFY_SOCKET") else { return }
        var path = unsafe Array(String(cString: value).utf8)
        guard let first = path.first, path.count < 108 else { return }
        if first == UInt8(ascii: "@") { path[0] = 0 }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { Glibc.close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        // unsafe: the path goes into the C structure and its address to the kernel. Sound: the path is shorter
        // than the structure's field, and the length says how much of it counts.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe sendto(descriptor, state, state.utf8.count, 0, $0, length)
            }
        }
    }
}
