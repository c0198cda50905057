import Glibc

/// Who may reach a file.
enum FileRights {
    /// Readable and writable by the file's owner alone.
    ///
    /// - Returns: what is in the way, nil when it is done.
    static func keepToOwner(_ path: String) -> StartFailure? {
        // unsafe: chmod(2) takes the path's address. Sound: it lives as long as the call.
        guard unsafe chmod(path, 0o600) != 0 else { return nil }
        return StartFailure("\(path) cannot be kept to its owner: \(SystemError.text(errno))")
    }
}
