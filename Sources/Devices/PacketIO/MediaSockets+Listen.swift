import CLinux
import Rings

extension MediaSockets {
    /// Has the arrivals of a socket told. RT safe: at most one system call.
    @_noAllocation @_noLocks
    func listen(to place: Int) {
        let descriptor = descriptors[place]
        guard descriptor >= 0 else { return }
        // Why unsafe: the ring by its address. Why sound: it is closed after the owner thread has ended.
        if let receiver = unsafe receiver {
            // Before the first wait there is no owner yet; that wait listens to all.
            if isListening { _ = unsafe clinux_receive_ring_hear(receiver, descriptor, token(of: place)) }
        } else {
            _ = clinux_epoll_add(epoll, descriptor, CLINUX_READABLE, UInt64(truncatingIfNeeded: place))
        }
    }

    /// Has nothing more told of a socket, which may be closed then. RT safe: one system call.
    @_noAllocation @_noLocks
    func stopListening(to place: Int) {
        let descriptor = descriptors[place]
        guard descriptor >= 0 else { return }
        // Why unsafe, why sound: as above.
        if let receiver = unsafe receiver {
            if isListening { _ = unsafe clinux_receive_ring_forget(receiver, token(of: place)) }
            generations[place] &+= 1
        } else {
            _ = clinux_epoll_remove(epoll, descriptor)
        }
    }

    /// Begins to listen: the thread that calls owns the ring from now on. RT safe: once, a step for each place.
    @_noAllocation @_noLocks
    mutating func listenToAll() {
        isListening = true
        watch(bell, as: Self.bellToken)
        watch(keeper.replyBell, as: Self.answerToken)
        if let card {
            watch(card.bell, as: Self.cardBellToken)
            listenToCard()
        }
        var place = 0
        while place < descriptors.count {
            listen(to: place)
            place &+= 1
        }
    }

    /// Listens again after the kernel stopped for want of frames, or told a left-over error. RT safe.
    @_noAllocation @_noLocks
    func listenAgain(_ arrival: clinux_arrival, isBell: Bool) {
        if isBell {
            watch(bell(of: arrival.token), as: arrival.token)
        } else if arrival.token == Self.cardToken {
            listenToCard()
        } else if let socket = place(of: arrival.token) {
            listen(to: socket.value)
        }
    }

    @_noAllocation @_noLocks
    private func bell(of token: UInt64) -> Int32 {
        if token == Self.bellToken { return bell }
        if token == Self.answerToken { return keeper.replyBell }
        return card?.bell ?? -1
    }

    @_noAllocation @_noLocks
    private func listenToCard() {
        // Why unsafe: the ring by its address. Why sound: it is closed after the owner thread has ended.
        if let card, let receiver = unsafe receiver {
            _ = unsafe clinux_receive_ring_hear(receiver, card.socket, Self.cardToken)
        }
    }

    @_noAllocation @_noLocks
    private func watch(_ descriptor: Int32, as token: UInt64) {
        // Why unsafe: the ring by its address. Why sound: it is closed after the owner thread has ended.
        if let receiver = unsafe receiver { _ = unsafe clinux_receive_ring_watch(receiver, descriptor, token) }
    }

    /// What the ring tells arrivals of a place's present socket with. RT safe.
    @_noAllocation @_noLocks
    private func token(of place: Int) -> UInt64 {
        UInt64(generations[place]) &<< 32 | UInt64(truncatingIfNeeded: place)
    }

    /// The place that a token means; nil if its socket is gone. RT safe.
    @_noAllocation @_noLocks
    func place(of token: UInt64) -> SocketIndex? {
        let place = Int(token & 0xFFFF_FFFF)
        guard place < descriptors.count, descriptors[place] >= 0,
            generations[place] == UInt32(truncatingIfNeeded: token &>> 32)
        else { return nil }
        return SocketIndex(place)
    }
}
