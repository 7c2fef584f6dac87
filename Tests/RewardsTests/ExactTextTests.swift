import Rewards
import Testing

@Suite("Exact texts")
struct ExactTextTests {
    @Test("texts that look alike are different keys when their bytes differ")
    func lookAlikes() {
        let composed = ExactText("caf\u{E9}")
        let decomposed = ExactText("cafe\u{301}")
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, ExactText("caf\u{E9}")]).count == 2)
    }

    @Test("texts order by their bytes, as the database does in the C collation")
    func order() {
        let sorted = ["b", "a", "\u{E9}", "Z", "e\u{301}", ""].map(ExactText.init).sorted().map(\.text)
        let bytes = sorted.map { Array($0.utf8) }
        #expect(bytes == ["", "Z", "a", "b", "e\u{301}", "\u{E9}"].map { Array($0.utf8) })
    }
}
