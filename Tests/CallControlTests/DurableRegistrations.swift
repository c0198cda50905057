import Billing
import CallControl
import Octets
import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("A registration is answered when it is on disk")
struct DurableRegistrations {
    /// A REGISTER with its password; nothing of what follows has been taken.
    private func register(_ bench: TestSwitch, _ phone: inout Phone) throws {
        let contact = "<sip:1001@\(phone.endpoint)>"
        var requests: [SIPRequest] = []
        for _ in 0..<2 {
            var request = try phone.request(.register, to: "", callID: "reg", lines: [(.contact, contact)])
            request.fields.set(.to, "<sip:1001@tandem.test>")
            requests.append(request)
        }
        bench.send(requests[0], from: phone)
        let challenge = try bench.takeResponse(401, to: phone.endpoint)
        bench.authorize(&requests[1], challenge, user: "1001", password: "p1")
        bench.send(requests[1], from: phone)
    }

    @Test("with a stalled disk it is answered after 500 ms all the same, with a warning")
    func stalled() throws {
        let bench = try TestSwitch()
        bench.disk = .stalled
        var phone = try Phone("1001", "127.0.8.1")
        try register(bench, &phone)
        #expect(bench.bindings.count == 1)
        bench.advance(.milliseconds(499))
        #expect(bench.statuses(to: phone.endpoint).isEmpty)
        bench.advance(.milliseconds(1))
        _ = try bench.takeResponse(200, to: phone.endpoint)
        #expect(bench.logs.contains { $0.contains("not on disk") })
    }

    @Test("the commit brings the answer, once")
    func committed() throws {
        let bench = try TestSwitch()
        var phone = try Phone("1001", "127.0.8.1")
        try register(bench, &phone)
        bench.advance(.seconds(1))
        #expect(bench.statuses(to: phone.endpoint) == [200])
        #expect(!bench.logs.contains { $0.contains("though") })
    }

    @Test("a disk that refuses does not keep the phone from being registered")
    func broken() throws {
        let bench = try TestSwitch()
        bench.disk = .broken(.disk)
        var phone = try Phone("1001", "127.0.8.1")
        try register(bench, &phone)
        _ = try bench.takeResponse(200, to: phone.endpoint)
        #expect(bench.logs.contains { $0.contains("not written: disk") })
    }
}
