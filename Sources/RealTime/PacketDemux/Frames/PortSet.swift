import Rings

/// A set of UDP ports: one bit for each of the 65,536. A copy of the handle is the same set.
///
/// Owner: one thread changes it; whoever else looks at it sees each bit as it was or as it is. RT safe: O(1).
package struct PortSet: Sendable, BitwiseCopyable {
    /// Words of 64 ports. RT safe.
    static var wordCount: Int { @_noAllocation @_noLocks get { 1_024 } }

    let words: SlotArray<UInt64>

    /// RT safe.
    @_noAllocation @_noLocks
    init(words: SlotArray<UInt64>) { self.words = words }

    /// Whether `port` is in the set. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func contains(_ port: UInt16) -> Bool { words[Int(port &>> 6)] &>> UInt64(port & 63) & 1 == 1 }

    /// Puts `port` in; whether it was not there before. RT safe.
    @discardableResult
    @_noAllocation @_noLocks
    package func insert(_ port: UInt16) -> Bool {
        let bit = UInt64(1) &<< UInt64(port & 63)
        let before = words[Int(port &>> 6)]
        words[Int(port &>> 6)] = before | bit
        return before & bit == 0
    }

    /// Takes `port` out; whether it was there. RT safe.
    @discardableResult
    @_noAllocation @_noLocks
    package func remove(_ port: UInt16) -> Bool {
        let bit = UInt64(1) &<< UInt64(port & 63)
        let before = words[Int(port &>> 6)]
        words[Int(port &>> 6)] = before & ~bit
        return before & bit != 0
    }

    /// Ports in the set. RT safe: one pass over 1,024 words.
    package var count: Int {
        @_noAllocation @_noLocks get {
            var sum = 0
            var index = 0
            while index < words.count {
                sum &+= words[index].nonzeroBitCount
                index &+= 1
            }
            return sum
        }
    }
}
