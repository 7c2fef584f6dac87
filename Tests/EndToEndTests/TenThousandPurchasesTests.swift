import CosmoSandbox
import MultibrandAPI
import PostgreSQL
import RPC
import SwiftProtobuf
import Synchronization
import Testing

extension EndToEnd {
    @Suite("Ten thousand purchases over a hundred cards")
    struct TenThousandPurchasesTests {
        static let streamCount = 4

        @Test("are split without loss, issued once, confirmed by webhook, and agree with Cosmo's own books")
        func addUp() async throws {
            var random = SeededGenerator(seed: 20_261_121)
            let book = CardBook(cardCount: 100, random: &random)
            let purchases = book.purchases(10_000, random: &random)
            try await Stack.with { stack in
                var phases = Phases("ten thousand purchases")
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await stack.setUp(book, client)
                    phases.end("\(book.cards.count) cards were linked")
                    let answers = try await Self.record(purchases, client)
                    phases.end("\(answers.count) spends were recorded")
                    let records = try await stack.pool.query(
                        "select count(distinct subject) as n from operator_actions where action = 'RecordSpends'")
                    #expect(try records.first?.get("n", as: Int64.self) == Int64(purchases.count))
                    check(answers, purchases, book)
                    phases.end("the answers were checked")
                    try await stack.settle(client)
                    phases.end("the \(stack.sandbox.transactions().count) issuances were confirmed")

                    let comparison = try await BooksComparison.read(stack, book, client)
                    comparison.checkPositions(against: answers, cardIDs: purchases.map(\.cardID))
                    comparison.checkTransactions()
                    comparison.checkBalances()
                    #expect(
                        comparison.issuances.allSatisfy { $0.settledBy == "webhook" },
                        "an issuance was confirmed otherwise")
                }
                phases.end("the books were compared")
                try await stack.verify()
                try await stack.verifyByCommand()
                phases.end("everything was verified")
            }
        }

        /// Records over RecordSpends, on several streams at once; the answers come in the order of the purchases.
        private static func record(
            _ purchases: [Multibrand_V1_Spend], _ client: ServiceClient
        ) async throws -> [Multibrand_V1_RecordSpendResponse] {
            let length = purchases.count / streamCount
            return try await withThrowingTaskGroup(of: (Int, [Multibrand_V1_RecordSpendResponse]).self) { group in
                for number in 0..<streamCount {
                    let slice = Array(purchases[number * length..<(number + 1) * length])
                    group.addTask { (number, try await stream(slice, client)) }
                }
                var parts = [[Multibrand_V1_RecordSpendResponse]](repeating: [], count: streamCount)
                for try await (number, answers) in group { parts[number] = answers }
                return parts.flatMap { $0 }
            }
        }

        private static func stream(
            _ purchases: [Multibrand_V1_Spend], _ client: ServiceClient
        ) async throws -> [Multibrand_V1_RecordSpendResponse] {
            try await client.rpc.bidirectional("/multibrand.v1.SpendService/RecordSpends", timeout: .seconds(180)) {
                (
                    writer: RPCWriter<Multibrand_V1_RecordSpendRequest>,
                    messages: RPCMessages<Multibrand_V1_RecordSpendsResponse>
                ) in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for purchase in purchases {
                            try await writer.send(Multibrand_V1_RecordSpendRequest.with { $0.spend = purchase })
                        }
                        writer.finish()
                    }
                    var answers: [Multibrand_V1_RecordSpendResponse] = []
                    for try await answer in messages {
                        guard answer.spendID == purchases[answers.count].spendID,
                            case .recorded(let recorded) = answer.result
                        else {
                            throw Unusable("spend \(answers.count) was answered \(answer.textFormatString())")
                        }
                        answers.append(recorded)
                    }
                    try await group.waitForAll()
                    return answers
                }
            }
        }

        private func check(
            _ answers: [Multibrand_V1_RecordSpendResponse], _ purchases: [Multibrand_V1_Spend], _ book: CardBook
        ) {
            #expect(answers.count == purchases.count)
            let cards = Dictionary(uniqueKeysWithValues: book.cards.map { ($0.cardID, $0) })
            var earning = 0
            for (answer, purchase) in zip(answers, purchases) {
                let decision = answer.decision
                let legs = decision.legs.reduce(0) { $0 + $1.amount.minorUnits }
                #expect(!answer.replayed)
                #expect(
                    legs + decision.excludedMinor + decision.heldMinor == purchase.amount.minorUnits,
                    "\(purchase.spendID) is not split into what it was")
                #expect(decision.heldMinor == 0 && decision.legs.allSatisfy { $0.amount.minorUnits >= 0 })
                #expect(
                    decision.legs.allSatisfy {
                        $0.status == .earned && $0.amount.currencyCode == purchase.amount.currencyCode
                    })
                let card = cards[purchase.cardID]
                if card?.hasAcceptingProgram == true {
                    #expect(
                        legs == purchase.amount.minorUnits, "\(purchase.spendID) lost a share that a program accepts")
                }
                if let card {
                    #expect(decision.legs.allSatisfy { leg in card.choices.contains { $0.programID == leg.programID } })
                }
                earning += decision.legs.contains { $0.microPoints > 0 } ? 1 : 0
            }
            #expect(
                earning > purchases.count / 2,
                "hardly anything earned: the programs are not what the test takes them for")
        }
    }
}
