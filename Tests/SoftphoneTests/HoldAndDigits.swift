import OfferAnswer
import SDP
import Softphone
import Testing
import Timing

/// The directions that a phone's media was given, in order.
private func directions(_ orders: [MediaOrder]) -> [MediaDirection] {
    orders.compactMap { order in
        switch order {
        case .open(let audio), .change(let audio): audio.direction
        case .digit, .close: nil
        }
    }
}

@Suite("RFC 3264 §8.4 hold, RFC 4733 digits, between two headless phones")
struct HoldAndDigits {
    @Test("hold at 2 s and resume at 4 s by the caller")
    func hold() throws {
        var table = TwoPhones(
            settings(
                0,
                calling {
                    $0.holdAt = .seconds(2)
                    $0.resumeAt = .seconds(4)
                    $0.hangUpAfter = .seconds(6)
                }), settings(1, answering()))
        table.run()
        #expect(directions(table.orders[0]) == [.sendrecv, .sendonly, .sendrecv])
        #expect(directions(table.orders[1]) == [.sendrecv, .recvonly, .sendrecv])
        #expect(try #require(table.reports[0]).holds == 1)
        #expect(try #require(table.reports[1]).heldByPeer == 1)
        #expect(table.notes[0].contains(.held))
        #expect(table.notes[0].contains(.resumed))
        #expect(try #require(table.reports[0]).outcome == .completed)
    }

    @Test("both hold: inactive; each resumes for itself")
    func bothHold() throws {
        var table = TwoPhones(settings(0, calling { $0.hangUpAfter = .seconds(10) }), settings(1, answering()))
        table.at(.seconds(1), 0, .hold)
        table.at(.seconds(2), 1, .hold)
        table.at(.seconds(3), 0, .resume)
        table.at(.seconds(4), 1, .resume)
        table.run()
        #expect(directions(table.orders[0]) == [.sendrecv, .sendonly, .inactive, .recvonly, .sendrecv])
        #expect(directions(table.orders[1]) == [.sendrecv, .recvonly, .inactive, .sendonly, .sendrecv])
    }

    @Test("RFC 3261 §14.1: both hold in the same millisecond; glare is waited out and both end up held")
    func glare() throws {
        var table = TwoPhones(settings(0, calling { $0.hangUpAfter = .seconds(20) }), settings(1, answering()))
        table.at(.seconds(1), 0, .hold)
        table.at(.seconds(1), 1, .hold)
        table.run()
        #expect(table.trace.contains("0 491 INVITE"))
        #expect(table.trace.contains("1 491 INVITE"))
        #expect(directions(table.orders[0]).last == .inactive)
        #expect(directions(table.orders[1]).last == .inactive)
        #expect(try #require(table.reports[0]).outcome == .completed)
        #expect(try #require(table.reports[1]).holds == 1)
    }

    @Test("digits go out spaced and arrive once each, in order")
    func digits() throws {
        let digits = try #require(DTMFDigit.digits(of: "159*,#"))
        var table = TwoPhones(
            settings(
                0,
                calling {
                    $0.digits = digits
                    $0.hangUpAfter = .seconds(5)
                }), settings(1, answering()))
        table.run()
        #expect(try #require(table.reports[0]).digitsSent == "159*#")
        #expect(try #require(table.reports[1]).digitsReceived == "159*#")
        #expect(table.orders[0].contains(.digit(event: 11, milliseconds: 100)))
    }

    @Test("digits by hand follow those already waiting")
    func digitsByHand() throws {
        var table = TwoPhones(settings(0, calling { $0.hangUpAfter = .seconds(5) }), settings(1, answering()))
        table.at(.seconds(1), 1, .sendDigits([.event(1), .event(2)]))
        table.at(.milliseconds(1_050), 1, .sendDigits([.event(3)]))
        table.run()
        #expect(try #require(table.reports[0]).digitsReceived == "123")
    }

    @Test("without telephone events in the answer no digit is ordered")
    func noEvents() throws {
        var callee = settings(1, answering())
        callee.media.telephoneEvents = nil
        var table = TwoPhones(
            settings(
                0,
                calling {
                    $0.digits = [.event(1)]
                    $0.hangUpAfter = .seconds(2)
                }), callee)
        table.run()
        #expect(try #require(table.reports[0]).digitsSent == "")
    }

    @Test("symbols of a keypad")
    func symbols() {
        #expect(DTMFDigit("d") == .event(15))
        #expect(DTMFDigit("#") == .event(11))
        #expect(DTMFDigit("x") == nil)
        #expect(DTMFDigit.symbol(of: 10) == "*")
        #expect(DTMFDigit.symbol(of: 16) == nil)
        #expect(DTMFDigit.digits(of: "12x") == nil)
    }
}
