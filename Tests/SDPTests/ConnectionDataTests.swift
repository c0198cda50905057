import Octets
import SDP
import Testing

@Suite("RFC 8866 §5.7 connection data")
struct ConnectionDataTests {
    @Test("all zero addresses and .invalid hosts take no media", arguments: ["0.0.0.0", "::", "x.invalid"])
    func unspecified(host: String) {
        #expect(ConnectionData(addressType: "IP4", host: host).isUnspecified)
    }

    @Test("a host name has no address and is not unspecified")
    func hostName() {
        let connection = ConnectionData(addressType: "IP4", host: "host.example.com")
        #expect(connection.address == nil)
        #expect(!connection.isUnspecified)
    }
}
