import CallControl
import Foundation
import Octets
import SIPMessage
import SIPTransaction
import SwitchConfig
import Testing
import Timing

/// Resident octets of this process.
private func residentOctets() throws -> Int {
    let statm = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return (Int(statm.split(separator: " ")[1]) ?? 0) * 4_096
}

@Suite("What calls cost", .serialized)
struct Cost {
    @Test("a running call keeps less than 25 KiB on the signalling side")
    func memory() throws {
        let count = 500
        let settings = try TestSwitch.configuration {
            $0.sip.keepAliveSeconds = 0
            $0.media.inactivitySeconds = 0
        }
        let bench = try TestSwitch(settings, media: FakeMedia(contexts: 2_048, pairs: 64))
        var calls: [EstablishedCall] = []
        _ = try EstablishedCall(bench, number: "b0", callID: "first")
        bench.forget()
        let before = try residentOctets()
        for number in 0..<count {
            var call = try EstablishedCall(bench, number: "b\(number)", callID: "call-\(number)")
            call.forgetMessages()
            calls.append(call)
            bench.forget()
            if number % 50 == 49 { bench.advance(.seconds(40)) }
            bench.forget()
        }
        bench.advance(.seconds(40))
        bench.forget()
        let each = (try residentOctets() - before) / count
        #expect(bench.engine.callCount == count + 1)
        // In a debug build other suites run beside this one and grow the same process.
        #if DEBUG
            #expect(each < 60 * 1_024, "\(each) octets a call")
        #else
            #expect(each < 25 * 1_024, "\(each) octets a call")
        #endif
        print("resident octets a call:", each)
    }

    @Test("set-up and release of a call, optimised: within 1 ms of parser and engine")
    func time() throws {
        let bench = try TestSwitch(media: FakeMedia(contexts: 512, pairs: 64))
        #if DEBUG
            let count = 100
        #else
            let count = 3_000
        #endif
        for number in 0..<count {
            var call = try EstablishedCall(bench, number: "b\(number)", callID: "call-\(number)")
            try call.hangUpA()
            bench.advance(.milliseconds(5))
            bench.forget()
        }
        let each = bench.busy / count
        print("parser and engine for one call:", each)
        #if !DEBUG
            #expect(each < .microseconds(1_000))
        #endif
    }
}
