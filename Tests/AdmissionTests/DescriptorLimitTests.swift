import Admission
import Testing

@Suite("The limit of open files is raised as far as it goes")
struct DescriptorLimitTests {
    @Test("the soft limit goes up to the hard one, and not beyond a million")
    func raised() {
        #expect(DescriptorLimit(soft: 1_024, hard: 4_096).raised == 4_096)
        #expect(DescriptorLimit(soft: 1_024, hard: .max).raised == DescriptorLimit.raisedMax)
        #expect(DescriptorLimit(soft: 2_000_000, hard: .max).raised == 2_000_000)
        let (before, now) = DescriptorLimit.raise()
        #expect(now.soft == before.raised)
    }
}
