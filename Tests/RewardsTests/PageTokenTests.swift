import Rewards
import Testing

@Suite("Page tokens")
struct PageTokenTests {
    @Test("a token's parts are read back as they were")
    func parts() {
        #expect(PageToken.parts(of: PageToken.make("card-1"), count: 1) == ["card-1"])
        #expect(PageToken.parts(of: PageToken.make("é, \u{1F600}", "", "7"), count: 3) == ["é, \u{1F600}", "", "7"])
        #expect(PageToken.make("a", "b") == "611f62")
    }

    @Test("a token's number is read back as it was", arguments: [1, 42, Int64.max])
    func number(number: Int64) {
        #expect(PageToken.number(of: PageToken.make(number)) == number)
    }

    @Test(
        "a text that no listing gave out is refused",
        arguments: ["6", "611F62", "zz", "61 1f", "ff", "00", "61", "611f621f63", "６１"])
    func parts(token: String) {
        #expect(PageToken.parts(of: token, count: 2) == nil)
    }

    @Test(
        "a number that no listing gave out is refused",
        arguments: ["", "0", "-1", "+1", "01", "x", "9223372036854775808"])
    func number(text: String) {
        #expect(PageToken.number(of: PageToken.make(text)) == nil)
    }
}
