import MediaControl
import NIOCore
import Octets
import OfferAnswer
import SIPAuth
import SIPMessage
import SIPTransaction
import SIPTransport
import Softphone
import Timing

/// From what was typed to what the phone's core is told.
extension SoftphoneRunner {
    func settings(local: InetEndpoint, mediaPort: UInt16, sound: [Int16]?) async throws -> SoftphoneSettings {
        let registrar = try await endpoint(options.registrar)
        let target = try options.uri.map(target)
        let outbound: InetEndpoint?
        if let registrar { outbound = registrar } else { outbound = try await endpoint(of: target) }
        let user = options.user ?? "tandem"
        let host = domain(registrar) ?? local.address.hostText
        var settings = SoftphoneSettings(
            identity: try identity(user: user, host: host), transport: try transport(), local: local,
            outbound: outbound, media: try media(address: local.address, port: mediaPort),
            plan: plan(target: target, sound: sound), secret: (Secrets.word(), Secrets.word()),
            userAgent: "tandem-call/\(ProductVersion.text)")
        if let password = try password() {
            settings.credentials = [DigestCredentials(username: user, password: password)]
        }
        if registrar != nil, !options.noRegister, options.password != nil || options.passwordFile != nil {
            guard let uri = try? SIPURI(parsing: "sip:\(host)") else { throw StartFailure("\(host) is no host") }
            settings.registrar = RegistrarSettings(uri: uri, expires: UInt32(clamping: options.expires))
        }
        return settings
    }

    func transport() throws(StartFailure) -> TransportKind {
        switch options.transport {
        case "udp": return .udp
        case "tcp": return .tcp
        default: throw StartFailure("\(options.transport) is no transport: udp or tcp")
        }
    }

    private func identity(user: String, host: String) throws(StartFailure) -> NameAddress {
        let text = options.from ?? "sip:\(user)@\(host)"
        guard let identity = try? NameAddress(parsing: text.hasPrefix("<") ? text : "<\(text)>") else {
            throw StartFailure("\(text) is no SIP address")
        }
        return identity
    }

    /// The registrar's host as it was typed.
    private func domain(_ registrar: InetEndpoint?) -> String? {
        guard registrar != nil, let typed = options.registrar else { return nil }
        guard let end = typed.lastIndex(of: ":"), !typed.hasSuffix("]") else { return typed }
        return String(typed[..<end])
    }

    private func target(_ text: String) throws(StartFailure) -> RequestURI {
        let full = text.contains(":") ? text : "sip:\(text)"
        guard let uri = try? RequestURI(parsing: full) else { throw StartFailure("\(text) is no URI to call") }
        return uri
    }

    private func password() throws(StartFailure) -> String? {
        guard let path = options.passwordFile else { return options.password }
        guard let line = SmallFile.firstLine(path) else { throw StartFailure("\(path) cannot be read") }
        return line
    }

    private func media(address: InetAddress, port: UInt16) throws(StartFailure) -> LocalMedia {
        var codecs: [AudioCodec] = []
        for name in options.codecs.split(separator: ",") {
            switch name.uppercased() {
            case "PCMU": codecs.append(.pcmu)
            case "PCMA": codecs.append(.pcma)
            default: throw StartFailure("\(name) is no codec of this phone: PCMU, PCMA")
            }
        }
        guard [10, 20, 30, 40, 50, 60].contains(options.packetTime) else {
            throw StartFailure("a packet time is 10, 20, 30, 40, 50 or 60 ms")
        }
        return LocalMedia(address: address, port: port, codecs: codecs, ptime: UInt16(options.packetTime))
    }

    private func plan(target: RequestURI?, sound: [Int16]?) -> SoftphonePlan {
        var plan = SoftphonePlan(options.registerOnly ? .register : target.map { .call($0) } ?? .answer)
        plan.isLateOffer = options.lateOffer
        plan.ring = .seconds(options.ring)
        plan.rejectStatus = options.reject
        plan.cancelAfter = options.cancelAfter.map { .seconds($0) }
        plan.holdAt = options.holdAt.map { .seconds($0) }
        plan.resumeAt = options.resumeAt.map { .seconds($0) }
        plan.digits = DTMFDigit.digits(of: options.digits ?? "") ?? []
        plan.digitsAt = .seconds(options.digitDelay)
        let length = sound.map { Double($0.count) / Double(WaveFile.rate) } ?? 10
        let seconds = options.seconds ?? length
        if seconds > 0 { plan.hangUpAfter = .seconds(seconds) }
        plan.giveUpAfter = .seconds(options.wait)
        return plan
    }

    private func endpoint(of target: RequestURI?) async throws -> InetEndpoint? {
        guard let uri = target?.sip else { return nil }
        return try await endpoint(uri.port.map { "\(uri.host):\($0)" } ?? uri.host)
    }

    /// The first endpoint of HOST or HOST:PORT.
    private func endpoint(_ text: String?) async throws -> InetEndpoint? {
        guard let text else { return nil }
        if let endpoint = InetEndpoint(text: text) { return endpoint }
        var host = text
        var port: UInt16?
        if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]"),
            let number = UInt16(text[text.index(after: colon)...])
        {
            host = String(text[..<colon])
            port = number
        }
        let kind = try transport()
        let found = try await resolve(host, port, kind)
        guard let first = found.first else { throw StartFailure("\(host) has no address") }
        return first
    }
}

extension TimeSpan {
    /// Fractions of seconds, as typed on a command line: at least none, at most 30 years.
    static func seconds(_ seconds: Double) -> TimeSpan {
        guard seconds > 0 else { return .milliseconds(0) }
        return .milliseconds(Int(min(seconds, 1e9) * 1000))
    }
}
