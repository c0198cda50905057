import Billing
import Ledger
import Testing

/// An open ledger whose disk stands still until the gate is opened.
struct GatedLedger {
    let folder: ScratchFolder
    let answers: Answers
    let gate: Gate
    let ledger: Ledger

    init(_ change: (inout LedgerOptions) -> Void = { _ in }) throws {
        let (folder, answers, gate) = (try ScratchFolder(), Answers(), Gate())
        var options = Build.options(folder.path)
        options.beforeCommit = { gate.pass() }
        change(&options)
        ledger = try Ledger.open(options) { answers.take($0) }.ledger
        gate.close()
        (self.folder, self.answers, self.gate) = (folder, answers, gate)
    }

    /// Hands over the first work and returns when the writer stands at the gate with it.
    func begin(_ operation: LedgerOperation) throws {
        ledger.submit(operation)
        try gate.waitForWriter()
    }

    /// Lets the disk go on, waits for the answers and closes the ledger.
    func finish(answers count: Int = 0) throws -> Rows {
        gate.open()
        if count > 0 { try answers.wait(count) }
        ledger.close()
        return try Rows(folder.path)
    }
}
