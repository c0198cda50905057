import Testing

@testable import SwitchCore

@Suite("Output of commands")
struct OutputTests {
    @Test("columns are as wide as their widest cell, and no line ends in spaces")
    func table() {
        #expect(TextTable.text([["A", "LONGER"], ["abc", "d"]]) == "A    LONGER\nabc  d")
        #expect(TextTable.text([]) == "")
    }

    @Test("JSON keeps its members' order and escapes what peers sent")
    func json() {
        var object = JSONBuilder()
        object.add("b", "x\"\n")
        object.add("a", 3)
        object.add("n", String?.none)
        #expect(object.text == #"{"b": "x\"\u000a", "a": 3, "n": null}"#)
    }
}
