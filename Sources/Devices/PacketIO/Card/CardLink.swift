package import InetStack
package import Rings

/// What the real-time plane is given of an interface that it owns: a socket for its own frames, and news.
///
/// Made by whoever took the interface over, who keeps socket, bell and ring alive until the media thread has ended.
package struct CardLink: Sendable {
    /// A packet socket bound to the card; its filter lets through what the real-time plane wants. Frames are sent by
    /// it past all queues.
    package let socket: Int32
    /// Rung when there is something in `changes`.
    package let bell: Int32
    /// Changes of the interface, of neighbours and routes, in order. The media thread pops.
    package let changes: SPSCRing<InterfaceEvent>
    /// The interface as it is at first.
    package let link: LinkState
    /// Whether datagrams leave in frames of ours; else all go the slow way.
    package let sendsFrames: Bool

    /// RT safe.
    @_noAllocation @_noLocks
    package init(socket: Int32, bell: Int32, changes: SPSCRing<InterfaceEvent>, link: LinkState, sendsFrames: Bool) {
        self.socket = socket
        self.bell = bell
        self.changes = changes
        self.link = link
        self.sendsFrames = sendsFrames
    }
}
