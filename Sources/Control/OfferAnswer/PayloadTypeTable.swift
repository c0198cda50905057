/// The payload types that we gave codecs in one session. A number never changes its meaning while the
/// session lasts: RFC 3264 §8.3.2.
struct PayloadTypeTable: Equatable, Sendable {
    private var entries: [AudioOffer.Format] = []

    /// The number for a codec: the one given before, else the wish, else the static one, else a free one.
    /// nil when all are taken.
    ///
    /// A wish that stands for another codec already is passed over.
    mutating func number(for codec: AudioCodec, wish: UInt8? = nil) -> UInt8? {
        if let entry = entries.first(where: { $0.codec.matches(codec) }) { return entry.payloadType }
        let wishes = [wish, codec.staticPayloadType].compactMap { $0 }
        guard let number = wishes.first(where: isFree) ?? Self.dynamic.first(where: isFree) else { return nil }
        entries.append(AudioOffer.Format(codec: codec, payloadType: number))
        return number
    }

    private func isFree(_ number: UInt8) -> Bool {
        !entries.contains { $0.payloadType == number }
    }

    /// 96 to 127, then 35 to 63; 64 to 95 would look like RTCP on a shared port (RFC 5761 §4).
    private static let dynamic = Array<UInt8>(96...127) + Array<UInt8>(35...63)
}
