import MultibrandAPI
import RPC
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
    @Suite("A service that is asked to stop")
    struct DrainTests {
        @Test("turns unready, answers the calls under way, and ends with code 0")
        func drains() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await stack.link("card", ["prg_sky": ["destinationUserId": "M-1"]], client)
                    #expect(try await stack.page("/readyz").status == 200)
                    let answered = try await recordAcrossTheSignal(stack, client)
                    #expect(answered == (0..<40).map { "spend-\($0)" })
                    #expect(try await stack.service.ended() == .code(0), "\(stack.service.log.suffix(1_500))")
                    let stored = try await StoredLegs.read(stack.pool)
                    #expect(stored.spendIDs == Set(answered), "what was answered is what is stored")
                }
                try await stack.verify()
            }
        }

        /// Half of a stream's spends before the signal, half after it; the ids that were answered.
        private func recordAcrossTheSignal(_ stack: Stack, _ client: ServiceClient) async throws -> [String] {
            try await client.rpc.bidirectional("/multibrand.v1.SpendService/RecordSpends", timeout: .seconds(60)) {
                (
                    writer: RPCWriter<Multibrand_V1_RecordSpendRequest>,
                    messages: RPCMessages<Multibrand_V1_RecordSpendsResponse>
                ) in
                var iterator = messages.makeAsyncIterator()
                var answered: [String] = []
                for number in 0..<40 {
                    if number == 20 {
                        stack.service.askToStop()
                        try await eventually("the service says that it drains") {
                            let page = try await stack.page("/readyz")
                            return page.status == 503 && page.body.contains("draining")
                        }
                        // A draining service takes no new work.
                        try await stack.connected { newcomer in
                            let refusal = try await Refusal.of {
                                try await newcomer.call(
                                    "AdminService/GetOverview", Multibrand_V1_GetOverviewRequest(),
                                    timeout: .seconds(3), answering: Multibrand_V1_Overview.self)
                            }
                            #expect(refusal?.code == .unavailable || refusal?.code == .deadlineExceeded)
                        }
                    }
                    try await writer.send(Multibrand_V1_RecordSpendRequest.with { $0.spend = Self.spend(number) })
                    guard let answer = try await iterator.next(), case .recorded = answer.result else { break }
                    answered.append(answer.spendID)
                }
                writer.finish()
                #expect(try await iterator.next() == nil)
                return answered
            }
        }

        private static func spend(_ number: Int) -> Multibrand_V1_Spend {
            Multibrand_V1_Spend.with {
                $0.spendID = "spend-\(number)"
                $0.cardID = "card"
                $0.amount.currencyCode = "USD"
                $0.amount.minorUnits = 100 + Int64(number)
            }
        }
    }
}
