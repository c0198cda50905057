extension Configuration {
    /// What runs without a configuration file, and what `Config/tandem.yaml` says: loopback only, two demonstration
    /// accounts, an echo test and a test tone.
    package static let standard: Configuration = {
        var configuration = Configuration()
        configuration.accounts = [
            AccountSettings(user: "1001", password: Secret("tandem-demo-1001")),
            AccountSettings(user: "1002", password: Secret("tandem-demo-1002")),
        ]
        configuration.routes = [
            RouteSettings(name: "echo", pattern: .number("600"), target: .application(.echo)),
            RouteSettings(name: "milliwatt", pattern: .number("601"), target: .application(.milliwatt)),
        ]
        return configuration
    }()
}
