import Testing

import SwitchConfig

@Suite("An empty configuration file")
struct EmptyFile {
    @Test("yields the defaults")
    func defaults() throws {
        #expect(try Configuration(text: "", file: "x", secrets: .none) == Configuration())
    }
}
