import InterfaceOwner
import Logging
import PacketIO

/// An interface that was taken over for the media thread.
struct OwnedCard {
    let owner: InterfaceOwner
    let logger: Logger

    /// What the media thread is given of it.
    var link: CardLink {
        CardLink(socket: owner.realTimeSocket, bell: owner.bell, changes: owner.changes, link: owner.link)
    }

    /// Gives the interface back; the media thread has ended.
    func giveBack() {
        do throws(OwnerProblem) {
            try owner.close()
        } catch {
            logger.error("the interface could not be given back: \(error.description)")
        }
    }
}
