import CLinux
import Glibc

/// The system's calls that take a path or a name. Each returns 0 or a descriptor, or -errno.
enum SystemCalls {
    // Why unsafe, here and below: a text goes to C as an address. Why sound: it outlives the call, and is only read.
    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    static func remove(_ path: String) { _ = unsafe unlink(path) }

    static func openForWriting(_ path: String) -> Int32 {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        return file >= 0 ? file : -errno
    }

    static func openForReading(_ path: String) -> Int32 {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        return file >= 0 ? file : -errno
    }

    static func writeText(_ text: String, to path: String) -> Int32 { unsafe clinux_write_text(path, text) }

    static func createNamespace(_ path: String) -> Int32 { unsafe clinux_namespace_create(path) }

    static func removeNamespace(_ path: String) { _ = unsafe clinux_namespace_remove(path) }

    /// - Parameter path: nil = the one of the process.
    static func openNamespace(_ path: String?) -> Int32 { unsafe clinux_namespace_open(path) }

    static func openProxy(_ name: String) -> Int32 { unsafe clinux_tap_open(name) }

    static func openCard(_ index: UInt32, offloads: Bool, _ filter: [clinux_filter_step]) -> Int32 {
        unsafe clinux_packet_open(index, offloads ? 1 : 0, filter, UInt32(filter.count))
    }

    static func setFilter(_ filter: [clinux_filter_step], of socket: Int32) -> Int32 {
        unsafe clinux_packet_set_filter(socket, filter, UInt32(filter.count))
    }

    static func send(_ octets: [UInt8], by socket: Int32) -> Int32 {
        unsafe clinux_netlink_send(socket, octets, UInt64(octets.count))
    }

    /// - Returns: octets read into `buffer`, or -errno.
    static func receive(into buffer: inout [UInt8], by socket: Int32, waiting milliseconds: Int32) -> Int64 {
        unsafe clinux_netlink_receive(socket, &buffer, UInt64(buffer.count), milliseconds)
    }

    /// - Returns: octets written, or -errno.
    static func write(_ octets: [UInt8], to file: Int32) -> Int {
        let written = unsafe Glibc.write(file, octets, octets.count)
        return written >= 0 ? written : -Int(errno)
    }

    /// - Returns: octets read into `buffer`, or -errno.
    static func read(into buffer: inout [UInt8], from file: Int32) -> Int {
        let length = unsafe Glibc.read(file, &buffer, buffer.count)
        return length >= 0 ? length : -Int(errno)
    }
}
