import Admission
import Testing

@Suite("Descriptors are shared among the doors, and a reserve is never touched")
struct ConnectionSharesTests {
    @Test("doors get what they ask for while there is enough")
    func enough() throws {
        let shares = try ConnectionShares(
            descriptors: 100_000, reserve: 300, wanted: [("rpc", 10_000), ("http", 5_000)])
        #expect(shares.shares.map(\.limit) == [10_000, 5_000])
        #expect(!shares.isShort)
    }

    @Test(
        "doors get their part of what there is, and all limits and the reserve fit",
        arguments: [400, 512, 1_024, 4_096])
    func short(descriptors: Int) throws {
        let shares = try ConnectionShares(
            descriptors: descriptors, reserve: 200, wanted: [("rpc", 10_000), ("http", 10_000), ("wallet", 5_000)])
        #expect(shares.isShort)
        let most = shares.shares.reduce(0) { $0 + $1.limit + DoorGate.overshootMax }
        #expect(most + 200 <= descriptors)
        #expect(shares.limit(of: "rpc") == shares.limit(of: "http"))
        #expect(shares.limit(of: "wallet") < shares.limit(of: "rpc"))
        #expect(shares.limit(of: "wallet") >= ConnectionShares.leastPerDoor)
        #expect(shares.descriptorsWanted == 25_200 + 3 * DoorGate.overshootMax)
    }

    @Test("too few descriptors for any door are an error that says how many it takes")
    func tooFew() {
        let error = #expect(throws: ConnectionShares.TooFew.self) {
            try ConnectionShares(descriptors: 219, reserve: 200, wanted: [("rpc", 10_000)])
        }
        #expect(error?.needed == 220)
        #expect("\(error!)".contains("219 files and needs 220"))
    }

    @Test("the largest numbers that can be configured do not overflow")
    func large() throws {
        let shares = try ConnectionShares(
            descriptors: 1_048_576, reserve: 300, wanted: [("rpc", 1_000_000), ("http", 1_000_000)])
        #expect(shares.shares.allSatisfy { (500_000..<530_000).contains($0.limit) })
    }
}
