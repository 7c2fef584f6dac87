import Rewards
import Testing

@Suite("Page tokens")
struct ListingTests {
    static let listing = Listing("spends", "card-1", nil)

    @Test("a token's parts are read back as they were")
    func parts() {
        let listing = Self.listing
        #expect(listing.parts(of: listing.token("card-1"), count: 1) == ["card-1"])
        #expect(
            listing.parts(of: listing.token("é, \u{1F600}", "", "7"), count: 3) == ["é, \u{1F600}", "", "7"])
        #expect(listing.parts(of: listing.token("a", "b"), count: 1) == nil)
    }

    @Test("a token's number is read back as it was", arguments: [1, 42, Int64.max])
    func number(number: Int64) {
        #expect(Self.listing.number(of: Self.listing.token(number)) == number)
    }

    @Test(
        "a token of another listing, or of this one under another filter, is refused",
        arguments: [
            Listing("refunds", "card-1", nil), Listing("spends", "card-2", nil), Listing("spends", nil, "card-1"),
            Listing("spends", "card-1", ""), Listing("spends", "card-1"), Listing("spends"),
        ])
    func foreign(other: Listing) {
        #expect(Self.listing.number(of: other.token(7)) == nil)
        #expect(other.number(of: Self.listing.token(7)) == nil)
    }

    @Test(
        "a text that no listing gave out is refused",
        arguments: ["6", "611F62", "zz", "61 1f", "ff", "00", "61", "611f621f63", "611f62", "６１"])
    func parts(token: String) {
        #expect(Self.listing.parts(of: token, count: 1) == nil)
        #expect(Self.listing.parts(of: Self.listing.token("1").uppercased(), count: 1) == nil)
    }

    @Test(
        "a number that no listing gave out is refused",
        arguments: ["", "0", "-1", "+1", "01", "x", "9223372036854775808"])
    func number(text: String) {
        #expect(Self.listing.number(of: Self.listing.token(text)) == nil)
    }
}
