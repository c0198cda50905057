package import Octets
package import SwitchConfig

/// The trunks by name, and which trunk an address belongs to.
package struct TrunkTable: Sendable {
    private let byName: [String: TrunkSettings]
    private let byAddress: [InetAddress: String]
    private let ranges: [(range: AddressRange, trunk: String)]
    /// In the order of the configuration.
    package let names: [String]

    package init(_ trunks: [TrunkSettings]) {
        names = trunks.map(\.name)
        byName = Dictionary(trunks.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var byAddress: [InetAddress: String] = [:]
        var ranges: [(range: AddressRange, trunk: String)] = []
        for trunk in trunks {
            for range in trunk.from {
                if range.prefixLength == 128 {
                    if byAddress[range.address] == nil { byAddress[range.address] = trunk.name }
                } else {
                    ranges.append((range, trunk.name))
                }
            }
        }
        self.byAddress = byAddress
        // The narrowest range wins, whatever the order in the file.
        self.ranges = ranges.sorted { $0.range.prefixLength > $1.range.prefixLength }
    }

    package subscript(_ name: String) -> TrunkSettings? { byName[name] }

    /// The trunk whose `from:` names this source, the most exact one first.
    package func trunk(from address: InetAddress) -> TrunkSettings? {
        if let name = byAddress[address] { return byName[name] }
        guard let match = ranges.first(where: { $0.range.contains(address) }) else { return nil }
        return byName[match.trunk]
    }
}
