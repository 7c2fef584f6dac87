import Testing

@testable import multibrand

@Suite("Tables for people")
struct TextTableTests {
    @Test("columns are as wide as they need to be, numbers are right-aligned")
    func alignment() {
        var table = TextTable([.text("card"), .number("spent")])
        table.add(["a", "5"])
        table.add(["long name", "12345"])
        #expect(table.rendered() == "card       spent\n─────────  ─────\na              5\nlong name  12345")
    }

    @Test("a table without rows is a sentence")
    func empty() {
        #expect(TextTable([.text("card")]).rendered(whenEmpty: "No cards.") == "No cards.")
    }

    @Test(
        "text from elsewhere cannot command the terminal",
        arguments: [
            ("\u{1B}[2J", "\\u{1b}[2J"), ("a\nb", "a\\u{a}b"), ("\r", "\\u{d}"), ("\u{9B}31m", "\\u{9b}31m"),
            ("\u{7F}", "\\u{7f}"),
            ("Zürich 東京", "Zürich 東京"),
        ])
    func controlCharacters(_ text: String, _ shown: String) {
        #expect(TextTable.printable(text) == shown)
        var table = TextTable([.text("name")])
        table.add([text])
        #expect(table.rendered().split(separator: "\n").count == 3)
    }
}
