import CLinux

/// How the daemon's heap behaves. Set once, before any other thread is there.
enum HeapPolicy {
    /// Two arenas: one for the event loop, one for the rest. More would each keep what a busy minute left behind.
    static func apply() { clinux_limit_arenas(2) }
}
