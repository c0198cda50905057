import InterfaceOwner

/// What `tandem interface` does.
package enum InterfaceTools {
    /// The steps that taking an interface over takes, or giving it back if it is taken. Changes nothing.
    package static func plan(_ name: String) throws(StartFailure) -> [String] {
        do throws(OwnerProblem) {
            return try InterfaceOwner.plan(name).map(\.sentence)
        } catch {
            throw StartFailure(error.description)
        }
    }

    /// Gives an interface back that a run has left behind.
    package static func restore(_ name: String) throws(StartFailure) {
        do throws(OwnerProblem) {
            try InterfaceOwner.restore(name)
        } catch {
            throw StartFailure(error.description)
        }
    }
}
