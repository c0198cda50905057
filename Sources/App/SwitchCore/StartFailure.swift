/// Why a command ended without doing its work: one sentence for whoever started it.
package struct StartFailure: Error, Equatable, Sendable {
    package let sentence: String

    package init(_ sentence: String) { self.sentence = sentence }
}
