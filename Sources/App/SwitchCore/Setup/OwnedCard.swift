import InterfaceOwner
import Logging
import PacketIO

/// An interface that was taken over for the media thread.
struct OwnedCard {
    let owner: InterfaceOwner
    /// Voice goes ahead of everything else, by frames of its own; else among it, by the proxy.
    let isStrict: Bool
    let logger: Logger

    /// What the media thread is given of it.
    var link: CardLink {
        CardLink(
            socket: owner.realTimeSocket, bell: owner.bell, changes: owner.changes, link: owner.link,
            sendsFrames: isStrict)
    }

    /// The ports that are the real-time plane's from now on.
    func reserve(_ ranges: [ClosedRange<UInt16>]) {
        if isStrict { owner.reserve(ranges) }
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
