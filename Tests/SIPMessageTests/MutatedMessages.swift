import SIPMessage
import Testing

@Suite("Mutated messages: the parser answers whatever comes")
struct MutatedMessages {
    /// xorshift64*: the same mutations in every run.
    private struct Chance {
        var state: UInt64

        mutating func next(below limit: Int) -> Int {
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            return Int((state &* 2_685_821_657_736_338_717) >> 33) % max(limit, 1)
        }
    }

    private static let splices = [
        ":", ";", ",", "\r\n", "\r\n ", "\"", "<", ">", "%", "@", "\\", "=", "\0", "[", "::", "SIP/2.0",
    ]

    @Test("what is taken is written and taken again, the same", arguments: [1, 2, 3, 4])
    func invariant(seed: UInt64) throws {
        var chance = Chance(state: seed &* 0x9E37_79B9_7F4A_7C15)
        let corpus = try TortureCorpus.files("rfc4475").sorted().map { try TortureCorpus.octets("rfc4475", $0) }
        for _ in 0..<400 {
            var octets = corpus[chance.next(below: corpus.count)]
            for _ in 0...chance.next(below: 4) { mutate(&octets, &chance) }
            guard let message = try? MessageParser.parse(datagram: octets) else { continue }
            let written = message.serialized()
            let again = try MessageParser.parse(datagram: written)
            #expect(again.serialized() == written)
        }
    }

    private func mutate(_ octets: inout [UInt8], _ chance: inout Chance) {
        guard !octets.isEmpty else { return }
        let place = chance.next(below: octets.count)
        switch chance.next(below: 4) {
        case 0: octets[place] = UInt8(chance.next(below: 256))
        case 1: octets.remove(at: place)
        case 2: octets.insert(contentsOf: Self.splices[chance.next(below: Self.splices.count)].utf8, at: place)
        default:
            let end = min(octets.count, place + chance.next(below: 40))
            octets.insert(contentsOf: octets[place..<end], at: chance.next(below: octets.count))
        }
    }
}
