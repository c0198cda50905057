package import InetStack
package import InetWire

/// What is to be done so that card, proxy and real-time plane stay the same.
package enum MirrorEffect: Sendable {
    case setCardAddress(MACAddress)
    case setCardMTU(UInt32)
    case setCardUp(Bool)
    case setCardPromiscuous(Bool)
    case setCardAllMulticast(Bool)
    case setProxyCarrier(Bool)
    case tell(InterfaceEvent)
}

/// The control channel's core: what the system's tools change on the proxy is done on the card and told to the
/// real-time plane; what happens to the card's cable is shown on the proxy. A machine without clock or sockets.
package struct LinkMirror: Sendable {
    private let proxyIndex: UInt32
    private let cardIndex: UInt32
    private var proxy: InterfaceLink
    private var card: InterfaceLink
    private var told: LinkState?

    /// - Parameters: both interfaces as they were found.
    package init(proxy: InterfaceLink, card: InterfaceLink) {
        self.proxy = proxy
        self.card = card
        proxyIndex = proxy.index
        cardIndex = card.index
    }

    /// Both interfaces as they are known now.
    package var link: LinkState {
        LinkState(
            address: proxy.address, mtu: UInt16(clamping: proxy.mtu), isUp: proxy.isUp && card.hasCarrier)
    }

    /// Something has changed on the side of the proxy: the system's own.
    package mutating func systemChanged(_ news: NetlinkNews) -> [MirrorEffect] {
        switch news {
        case .link(let link): return link.index == proxyIndex ? proxyChanged(link) : []
        case .linkLost(let index): return index == proxyIndex ? [.setCardUp(false)] + lost() : []
        case .neighbor(let index, let address, let link, let state):
            return index == proxyIndex ? [.tell(.neighbor(address, link, state))] : []
        case .route(let route): return [.tell(.route(mirrored(route)))]
        case .routeLost(let route): return [.tell(.routeLost(mirrored(route)))]
        case .address, .addressLost, .answer, .done: return []
        }
    }

    /// Something has changed on the side of the card.
    package mutating func cardChanged(_ news: NetlinkNews) -> [MirrorEffect] {
        switch news {
        case .link(let link) where link.index == cardIndex:
            let hadCarrier = card.hasCarrier
            card = link
            let carrier: [MirrorEffect] = link.hasCarrier == hadCarrier ? [] : [.setProxyCarrier(link.hasCarrier)]
            return carrier + tellLink()
        case .linkLost(let index) where index == cardIndex: return [.setProxyCarrier(false)] + lost()
        case .link, .linkLost, .address, .addressLost, .route, .routeLost, .neighbor, .answer, .done:
            return []
        }
    }

    private mutating func proxyChanged(_ link: InterfaceLink) -> [MirrorEffect] {
        let before = proxy
        proxy = link
        var effects: [MirrorEffect] = []
        if link.address != card.address { effects.append(.setCardAddress(link.address)) }
        if link.mtu != card.mtu { effects.append(.setCardMTU(link.mtu)) }
        if link.isUp != card.isUp { effects.append(.setCardUp(link.isUp)) }
        if link.isPromiscuous != before.isPromiscuous { effects.append(.setCardPromiscuous(link.isPromiscuous)) }
        if link.takesAllMulticast != before.takesAllMulticast {
            effects.append(.setCardAllMulticast(link.takesAllMulticast))
        }
        return effects + tellLink()
    }

    private mutating func lost() -> [MirrorEffect] {
        proxy.flags &= ~1
        return tellLink()
    }

    /// Tells the real-time plane, if it does not know yet.
    private mutating func tellLink() -> [MirrorEffect] {
        guard link != told else { return [] }
        told = link
        return [.tell(.link(link))]
    }

    /// A route by another interface is none by ours.
    private func mirrored(_ route: InterfaceRoute) -> Route {
        var mirrored = route.route
        if route.index != proxyIndex { mirrored.isReject = true }
        return mirrored
    }
}
