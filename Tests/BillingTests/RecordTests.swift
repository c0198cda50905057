import Billing
import Testing
import Timing

@Suite("The record of a leg")
struct RecordTests {
    private static func record() -> CallRecord {
        let id = UUIDv7(high: 1, low: 2)
        return CallRecord(
            identity: RecordIdentity(cdrID: id, callID: id, legNumber: 1, sipCallID: "c", fromTag: "f"),
            parties: CallParties(direction: .inbound, callerRaw: "1001", calleeRaw: "1002"),
            times: CallTimes(invite: WallInstant(microseconds: 5)))
    }

    private struct Names: RecordColumnSink {
        var names: [String] = []
        var values: [String: String] = [:]

        mutating func integer(_ name: StaticString, _ value: Int64?) { note(name, value.map(String.init)) }
        mutating func text(_ name: StaticString, _ value: String?) { note(name, value) }

        private mutating func note(_ name: StaticString, _ value: String?) {
            names.append(name.description)
            values[name.description] = value
        }
    }

    @Test("no column has a name twice, and what is unknown is null")
    func columns() {
        var sink = Names()
        Self.record().visitIdentity(RecordStamp(nodeID: "n1", bootID: 7, sequence: 9), &sink)
        Self.record().visitProgress(.setup, &sink)
        #expect(Set(sink.names).count == sink.names.count)
        #expect(sink.values["seq"] == "9")
        #expect(sink.values["state"] == "setup")
        #expect(sink.values["sip_code"] == nil)
        #expect(sink.values["tried_routes"] == nil)
    }

    @Test("five thousand calls of two records stay below 12 MB")
    func size() {
        #expect(MemoryLayout<CallRecord>.stride * 10_000 < 12_000_000)
    }

    @Test("tried routes are JSON whatever a trunk is called")
    func tried() {
        let routes = [
            TriedRoute(trunk: "a\"b\\\n", sipStatus: 503, cause: .noCircuitAvailable, milliseconds: 7),
            TriedRoute(trunk: "ü", sipStatus: 408, cause: .recoveryOnTimerExpiry, milliseconds: 32_000),
        ]
        #expect(
            TriedRoute.json(routes)
                == #"[{"trunk":"a\"b\\\u000a","sip_code":503,"q850":34,"ms":7},{"trunk":"ü","sip_code":408,"q850":102,"ms":32000}]"#
        )
        #expect(TriedRoute.json([]) == nil)
    }

    @Test("the operation says which state the row will have")
    func states() {
        let record = Self.record()
        let token = LedgerToken(rawValue: 3)
        let all: [LedgerOperation] = [.setup(record), .open(record, token: token), .interim(record), .close(record)]
        #expect(all.map(\.state) == [.setup, .open, .interim, .closed])
        #expect(all.map(\.token) == [nil, token, nil, nil])
        #expect(RecordState.allCases.filter(\.isFinal) == [.closed, .recovered])
    }
}
