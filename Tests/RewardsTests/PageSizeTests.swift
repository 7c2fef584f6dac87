import Rewards
import Testing

@Suite("Page sizes")
struct PageSizeTests {
    @Test(
        "a page has the size asked for, 50 when none is, 500 at most; a negative size is refused",
        arguments: [(0, 50), (1, 1), (50, 50), (500, 500), (501, 500), (Int.max, 500), (-1, nil), (Int.min, nil)])
    func rows(wanted: Int, rows: Int?) {
        #expect(PageSize.rows(wanted) == rows)
    }
}
