import Registrar
import SIPMessage
import SIPTransaction

/// One place to ring, or a group that rings together.
enum Target: Sendable {
    /// Phones of an account, all at once.
    case bindings(String, [Binding])
    /// A trunk whose address is still to be found.
    case trunk(String, number: String)
    /// One address of a trunk.
    case trunkHop(String, number: String, Hop)
    /// Where a redirection leads outside of this switch.
    case place(SIPURI)
    case placeHop(SIPURI, Hop)
}
