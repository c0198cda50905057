/// Where secrets outside the configuration file come from. A test gives its own.
package struct SecretSource: Sendable {
    /// The whole text of a file, or nil if it cannot be read.
    package let file: @Sendable (String) -> String?
    /// A variable of the environment, or nil.
    package let environment: @Sendable (String) -> String?

    package init(
        file: @escaping @Sendable (String) -> String?, environment: @escaping @Sendable (String) -> String?
    ) {
        self.file = file
        self.environment = environment
    }

    /// Knows no secret.
    package static let none = SecretSource(file: { _ in nil }, environment: { _ in nil })
}
