/// Why an interface can't be taken over or given back; in one sentence, with what helps.
package struct OwnerProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ sentence: String) { description = sentence }

    /// - Parameters:
    ///   - doing: what was tried, as "make the proxy device eth0".
    ///   - number: the system's errno.
    ///   - text: the system's words for it.
    init(doing: String, number: Int32, text: String) {
        switch number {
        case 1, 13:
            description =
                "cannot \(doing): \(text); CAP_NET_ADMIN, CAP_NET_RAW and CAP_SYS_ADMIN are needed (run as root, or see Docs/Interfaces.md)"
        case 16: description = "cannot \(doing): it is in use by another process"
        default: description = "cannot \(doing): \(text)"
        }
    }
}
