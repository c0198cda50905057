package import Octets

/// G.711 by look-up: 20 KiB of tables in memory that the maker keeps alive, built by `G711Tables.init(at:)`.
///
/// Equal to `G711` for every input. The octet-to-octet tables convert by way of the decoded sample (decode by one
/// law, encode by the other), not by tables 3 and 4 of the Recommendation.
/// A copy of the value reads the same tables; they never change, so any thread may.
@safe package struct G711Tables: @unchecked Sendable, BitwiseCopyable {
    /// Samples of one block: 10 ms at 8 kHz.
    package typealias Block = InlineArray<80, Int16>

    // Why unsafe: tables are reached by address. Why sound: each has as many entries as its index has values, and
    // the maker keeps them alive.
    let base: UnsafeMutableRawPointer

    /// Converts a payload from `law` to the other one, in place. RT safe, one look-up per octet.
    @_noAllocation @_noLocks
    package func convert(_ payload: OctetBuffer, from law: CompandingLaw) {
        let table = law == .mu ? G711Tables.muToA : G711Tables.aToMu
        // Why unsafe: the loop runs on addresses so that it costs no check per octet. Why sound: it stays below the
        // payload's count, and an octet is always an index of a table of 256.
        let entries = unsafe base + table
        let octets = unsafe payload.start
        var index = 0
        while index < payload.count {
            let octet = unsafe octets.load(fromByteOffset: index, as: UInt8.self)
            let converted = unsafe entries.load(fromByteOffset: Int(octet), as: UInt8.self)
            unsafe octets.storeBytes(of: converted, toByteOffset: index, as: UInt8.self)
            index &+= 1
        }
    }

    /// The sample of one octet. RT safe, O(1).
    @_noAllocation @_noLocks
    package func decode(_ octet: UInt8, by law: CompandingLaw) -> Int16 {
        let table = law == .mu ? G711Tables.decodeMu : G711Tables.decodeA
        // Why unsafe: raw load. Why sound: an octet is always an index of a table of 256.
        return unsafe base.load(fromByteOffset: table + 2 * Int(octet), as: Int16.self)
    }

    /// The octet of one sample. RT safe, O(1).
    @_noAllocation @_noLocks
    package func encode(_ sample: Int16, by law: CompandingLaw) -> UInt8 {
        let offset =
            law == .mu
            ? G711Tables.encodeMu + (Int(sample) >> 2) + 8192 : G711Tables.encodeA + (Int(sample) >> 4) + 2048
        // Why unsafe: raw load. Why sound: 14 bits index a table of 16,384 and 12 bits one of 4,096.
        return unsafe base.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// Decodes 80 octets to one block. RT safe, 80 steps.
    /// - Parameter payload: at least 80 octets.
    @_noAllocation @_noLocks
    package func decode(_ payload: OctetBuffer, by law: CompandingLaw, into block: inout Block) {
        var index = 0
        while index < 80 {
            block[index] = decode(payload.octet(at: index), by: law)
            index &+= 1
        }
    }

    /// Encodes one block to 80 octets. RT safe, 80 steps.
    /// - Parameter payload: at least 80 octets.
    @_noAllocation @_noLocks
    package func encode(_ block: inout Block, by law: CompandingLaw, into payload: OctetBuffer) {
        var index = 0
        while index < 80 {
            payload.set(octet: encode(block[index], by: law), at: index)
            index &+= 1
        }
    }
}

/// Where each table lies, in octets.
extension G711Tables {
    static var decodeMu: Int { @_noAllocation @_noLocks get { 0 } }
    static var decodeA: Int { @_noAllocation @_noLocks get { 512 } }
    static var muToA: Int { @_noAllocation @_noLocks get { 1024 } }
    static var aToMu: Int { @_noAllocation @_noLocks get { 1280 } }
    static var encodeA: Int { @_noAllocation @_noLocks get { 1536 } }
    static var encodeMu: Int { @_noAllocation @_noLocks get { 5632 } }

    /// Octets of all tables together. RT safe.
    package static var byteCount: Int { @_noAllocation @_noLocks get { 22016 } }
}
