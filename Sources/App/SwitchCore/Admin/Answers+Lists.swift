import Billing
import CallControl
import MediaControl
import Octets
import Registrar
import SIPMessage
import SIPTransaction
import Timing

/// Lists on the local socket, as JSON or as a table.
extension SignallingShard {
    func calls(_ json: Bool) -> String {
        let list = engine.callList()
        guard json else {
            let head = ["CALL", "STATE", "FROM", "TO", "SINCE", "CODECS"]
            return TextTable.text(
                [head]
                    + list.map { call in
                        [
                            call.id.description, call.state, call.caller, call.callee,
                            (call.answered ?? call.began).description,
                            "\(call.codecA ?? "-")/\(call.codecB ?? "-")",
                        ]
                    })
        }
        return JSONBuilder.array(
            list.map { call in
                var object = JSONBuilder()
                object.add("call_id", call.id.description)
                object.add("state", call.state)
                object.add("caller", call.caller)
                object.add("callee", call.callee)
                object.add("account", call.account)
                object.add("trunk_out", call.trunkOut)
                object.add("t_invite", call.began.microseconds)
                if let answered = call.answered { object.add("t_answer", answered.microseconds) }
                object.add("codec_in", call.codecA)
                object.add("codec_out", call.codecB)
                object.add("held", call.isHeld)
                return object
            })
    }

    func registrations(_ json: Bool) -> String {
        let list = engine.registrations(now: Clock.now)
        guard json else {
            let head = ["ACCOUNT", "CONTACT", "EXPIRES", "USER AGENT"]
            return TextTable.text(
                [head]
                    + list.map { [$0.account, $0.contact.description, $0.expiresAt.description, $0.userAgent ?? "-"] })
        }
        return JSONBuilder.array(
            list.map { binding in
                var object = JSONBuilder()
                object.add("account", binding.account)
                object.add("contact", binding.contact.description)
                object.add("expires_at", binding.expiresAt.microseconds)
                object.add("user_agent", binding.userAgent)
                object.add("source", binding.hop.remote.description)
                return object
            })
    }

    func ports(_ json: Bool) -> String {
        let list = media.registry.list.sorted { $0.pair.number < $1.pair.number }
        guard json else {
            return TextTable.text(
                [["PORT", "STATE", "LOAD"]] + list.map { ["\($0.pair.number)", "\($0.pair.state)", "\($0.pair.load)"] })
        }
        return JSONBuilder.array(
            list.map { _, pair in
                var object = JSONBuilder()
                object.add("port", pair.number)
                object.add("rtcp_port", pair.number + 1)
                object.add("state", "\(pair.state)")
                object.add("load", pair.load)
                return object
            })
    }
}
