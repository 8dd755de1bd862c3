import Testing
import rdbench

@Suite("The printed table")
struct TextTableTests {
    @Test("has columns as wide as their contents, and leaves out empty ones")
    func layout() {
        var table = TextTable([("name", .left), ("nothing", .left), ("value", .right)])
        table.add(["a", "", "1"])
        table.add(["longer", "", "12,345"])
        #expect(
            table.text == """
                name     value
                ------  ------
                a            1
                longer  12,345
                """)
    }

    @Test(
        "Figures have three digits",
        arguments: [(0.1234, "0.12"), (12.345, "12.3"), (123.4, "123"), (45_678, "45,678")])
    func figures(value: Double, text: String) { #expect(Figure.short(value) == text) }

    @Test("Thousands are grouped", arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567")])
    func grouping(value: Int, text: String) { #expect(Figure.grouped(value) == text) }
}
