import CLinux

/// Network namespaces: where a card lives that the system is not to answer for.
enum Namespace {
    static func path(_ name: String) -> String { "/run/netns/\(name)" }

    /// Runs `body` in the namespace kept at `path`, on a thread of its own, and waits for it; nil = here.
    ///
    /// - Returns: what `body` returns, or -errno.
    static func run(_ path: String?, _ body: () -> Int32) -> Int32 {
        guard let path else { return body() }
        // Why unsafe: the closure goes through C as an address. Why sound: the call ends before the closure does.
        return withoutActuallyEscaping(body) { escaping in
            var box = Visit(body: escaping)
            return unsafe withUnsafeMutablePointer(to: &box) { place in
                unsafe clinux_in_namespace(path, { unsafe visit($0) }, place)
            }
        }
    }
}

private struct Visit {
    let body: () -> Int32
}

private func visit(_ argument: UnsafeMutableRawPointer?) -> Int32 {
    guard let argument = unsafe argument else { return -CLINUX_EPERM }
    // Why unsafe: the closure comes back from its address. Why sound: `run` waits for it.
    return unsafe argument.assumingMemoryBound(to: Visit.self).pointee.body()
}
