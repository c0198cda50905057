import SIPTransaction
import Timing

/// Feeds events to a machine and collects what it asks for.
func effects(
    of events: [InviteClientTransaction.Event], reliable: Bool = false
) -> [InviteClientTransaction.Effect] {
    var machine = InviteClientTransaction(timers: .init(), isReliable: reliable)
    var effects: [InviteClientTransaction.Effect] = []
    for event in events { machine.handle(event, into: &effects) }
    return effects
}

func effects(
    of events: [NonInviteClientTransaction.Event], reliable: Bool = false
) -> [NonInviteClientTransaction.Effect] {
    var machine = NonInviteClientTransaction(timers: .init(), isReliable: reliable)
    var effects: [NonInviteClientTransaction.Effect] = []
    for event in events { machine.handle(event, into: &effects) }
    return effects
}

func effects(
    of events: [InviteServerTransaction.Event], reliable: Bool = false
) -> [InviteServerTransaction.Effect] {
    var machine = InviteServerTransaction(timers: .init(), isReliable: reliable)
    var effects: [InviteServerTransaction.Effect] = []
    for event in events { machine.handle(event, into: &effects) }
    return effects
}

func effects(
    of events: [NonInviteServerTransaction.Event], reliable: Bool = false
) -> [NonInviteServerTransaction.Effect] {
    var machine = NonInviteServerTransaction(timers: .init(), isReliable: reliable)
    var effects: [NonInviteServerTransaction.Effect] = []
    for event in events { machine.handle(event, into: &effects) }
    return effects
}
