import Glibc
import Ledger
import Logging
import Registrar
import SIPTransaction
import SIPTransport
import SwitchConfig

// Between the words of neighbouring targets that must not know each other.

extension BindingChange {
    /// The change as the ledger writes it.
    var row: RegistrationChange {
        switch self {
        case .stored(let binding): .store(RegistrationRow(binding))
        case .removed(let account, let contact): .remove(user: account, contact: contact)
        }
    }
}

extension RegistrationRow {
    init(_ binding: StoredBinding) {
        self.init(
            user: binding.account, contact: binding.contact, expires: binding.expiresAt, quality: binding.quality,
            callID: binding.callID, sequence: binding.sequence, hop: binding.hop, userAgent: binding.userAgent,
            instance: binding.instance, path: binding.path)
    }

    var binding: StoredBinding {
        StoredBinding(
            account: user, contact: contact, hop: hop, path: path, callID: callID, sequence: sequence,
            quality: quality, instance: instance, userAgent: userAgent, expiresAt: expires)
    }
}

extension LogLevel {
    var logging: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}

extension ListenTransport {
    var kind: TransportKind {
        switch self {
        case .udp: .udp
        case .tcp: .tcp
        }
    }
}

extension TransportProblem {
    /// One sentence for the operator.
    var sentence: String {
        switch self {
        case .cannotListen(let address, let number):
            if number == EADDRINUSE { return "\(address) is in use by another program" }
            return "\(address) cannot be listened at: \(SystemError.text(number))"
        case .unsupported(let address): return "\(address): this transport is not in this version"
        }
    }
}
