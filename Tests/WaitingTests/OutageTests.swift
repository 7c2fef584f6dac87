import Testing
import Waiting

@Suite("Which failures are news")
struct OutageTests {
    @Test("The first of an outage and the first of each cause are news, and so is the success that ends it")
    func news() {
        var outage = Outage()
        let causes = ["refused", "refused", "timed out", nil, nil, "refused"]
        let isNews = causes.map { cause in cause.map { outage.failed(cause: $0) } ?? outage.succeeded() }
        #expect(isNews == [true, false, true, true, false, true])
    }

    @Test("Only so many causes of one outage are news")
    func manyCauses() {
        var outage = Outage()
        let news = (0..<100).count { outage.failed(cause: "\($0)") }
        #expect(news == Outage.causesMax)
    }
}
