import Testing
import Timing

@testable import SwitchCore

@Suite("When media events are fetched")
struct EventRoundsTests {
    @Test("an empty fetch doubles the wait up to 40 ms")
    func emptyRounds() {
        var rounds = EventRounds()
        let waits = (0..<5).map { _ in rounds.afterFetch(isEmpty: true) }
        #expect(waits == [10, 20, 40, 40, 40].map { TimeSpan.milliseconds($0) })
    }

    @Test("an event brings the wait back to 5 ms")
    func events() {
        var rounds = EventRounds()
        _ = rounds.afterFetch(isEmpty: true)
        #expect(rounds.afterFetch(isEmpty: false) == .milliseconds(5))
    }

    @Test("a command shortens a long wait once, and leaves a short one alone")
    func commands() {
        var rounds = EventRounds()
        _ = rounds.afterFetch(isEmpty: true)
        #expect(rounds.afterCommand() == .milliseconds(5))
        #expect(rounds.afterCommand() == nil)
    }
}
