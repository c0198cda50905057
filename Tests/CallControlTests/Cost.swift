import CallControl
import Foundation
import Octets
import SIPMessage
import SIPTransaction
import Testing
import Timing

/// Resident octets of this process.
private func residentOctets() throws -> Int {
    let statm = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return (Int(statm.split(separator: " ")[1]) ?? 0) * 4_096
}

private func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

@Suite("What calls cost", .serialized)
struct Cost {
    /// The messages of both ends are made beforehand where they can be, so that the engine's share is what is measured.
    @Test("a running call keeps less than 25 KiB on the signalling side")
    func memory() throws {
        let count = 1_000
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
        #expect(each < 25 * 1_024, "\(each) octets a call")
        print("resident octets a call:", each)
    }

    @Test("set-up and release of a call, optimised: well below 1.5 ms")
    func time() throws {
        let bench = try TestSwitch(media: FakeMedia(contexts: 512, pairs: 64))
        let count = 300
        let start = processorSeconds()
        for number in 0..<count {
            var call = try EstablishedCall(bench, number: "b\(number)", callID: "call-\(number)")
            try call.hangUpA()
            bench.advance(.milliseconds(5))
            bench.forget()
        }
        let each = (processorSeconds() - start) / Double(count)
        print("processor milliseconds a call, both ends and switch:", each * 1_000)
        #if !DEBUG
            #expect(each < 0.0015)
        #endif
    }
}
