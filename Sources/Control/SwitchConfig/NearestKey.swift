/// The known key that a mistyped one most likely stands for.
enum NearestKey {
    /// Nil when every key is further away than a third of the word, and at least two steps.
    static func find(_ word: String, in known: [String]) -> String? {
        let scored = known.map { (key: $0, distance: distance(word.lowercased(), $0.lowercased())) }
        guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(2, word.count / 3) ? best.key : nil
    }

    /// Steps between two words, where a step inserts, removes or replaces one character or swaps two neighbours.
    static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left.utf8)
        let b = Array(right.utf8)
        var older: [Int] = []
        var previous = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                let same = a[i] == b[j]
                var best = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (same ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, older[j - 1] + 1) }
                row.append(best)
            }
            older = previous
            previous = row
        }
        return previous[b.count]
    }
}
