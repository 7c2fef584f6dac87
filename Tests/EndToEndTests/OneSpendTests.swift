import MultibrandAPI
import RPC
import SwiftProtobuf
import Testing

extension EndToEnd {
    @Suite("One spend, one outcome")
    struct OneSpendTests {
        private static let spend = Multibrand_V1_Spend.with {
            $0.spendID = "spend-once"
            $0.cardID = "card-once"
            $0.amount.currencyCode = "USD"
            $0.amount.minorUnits = 12_345
            $0.merchantCategoryCode = "5812"
        }

        @Test("fifty concurrent equal calls make one spend; the same id with other content is refused")
        func once() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await stack.link(
                        "card-once",
                        ["prg_sky": ["destinationUserId": "M-1"], "prg_stay": ["destinationUserId": "M-2"]], client)
                    let answers = try await withThrowingTaskGroup(of: Multibrand_V1_RecordSpendResponse.self) { group in
                        for _ in 0..<50 { group.addTask { try await client.record(Self.spend) } }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(answers.count == 50 && answers.count { !$0.replayed } == 1)
                    #expect(Set(answers.map(\.decision)).count == 1, "equal calls were answered differently")
                    let stored = try await StoredLegs.read(stack.pool)
                    #expect(stored.spendIDs == ["spend-once"])
                    #expect(stored.legs["spend-once"]?.reduce(0) { $0 + $1.amountMinor } == 12_345)

                    // Its points are issued and confirmed: from here on only calls store anything.
                    try await stack.settle(client)
                    let before = try await RowCounts.read(stack.pool)
                    try await refuses(stack, client)
                    let after = try await RowCounts.read(stack.pool)
                    #expect(after == before, "something was stored: \(before), then \(after)")
                }
            }
        }

        private func refuses(_ stack: Stack, _ client: ServiceClient) async throws {
            let otherwise: [(String, (inout Multibrand_V1_Spend) -> Void)] = [
                ("another amount", { $0.amount.minorUnits = 12_346 }),
                ("another category", { $0.merchantCategoryCode = "5411" }),
            ]
            for (name, change) in otherwise {
                var spend = Self.spend
                change(&spend)
                let refusal = try await Refusal.of { try await client.record(spend) }
                #expect(refusal == Refusal(.alreadyExists, "SPEND_CONFLICT"), "\(name)")
            }
        }
    }
}
