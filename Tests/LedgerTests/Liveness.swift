import Billing
import Ledger
import Testing

@Suite("Liveness slots")
struct Liveness {
    @Test("there are as many as configured, and a released one comes back")
    func slots() throws {
        let folder = try ScratchFolder()
        var options = Build.options(folder.path)
        options.callSlots = 2
        var opened = try Ledger.open(options) { _ in }
        let claimed = opened.liveness.claim(caller: Build.id(1), callee: nil)
        let first = try #require(claimed)
        let second = opened.liveness.claim(caller: Build.id(2), callee: nil)
        #expect(second != nil)
        let third = opened.liveness.claim(caller: Build.id(3), callee: nil)
        #expect(third == nil)
        opened.liveness.release(first)
        let again = opened.liveness.claim(caller: Build.id(3), callee: nil)
        #expect(again == first)
        opened.ledger.close()
    }
}
