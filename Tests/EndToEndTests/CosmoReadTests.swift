import Audit
import MultibrandAPI
import PostgreSQL
import RPC
import SwiftProtobuf
import TestSupport
import Testing

extension EndToEnd {
    @Suite("What Cosmo says, for a person")
    struct CosmoReadTests {
        @Test("terms, members, points and transactions are asked for by command, and the calls are kept")
        func commands() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await stack.link("card", ["prg_sky": ["destinationUserId": "M-1"]], client)
                    _ = try await client.record(
                        Multibrand_V1_Spend.with {
                            $0.spendID = "spend"
                            $0.cardID = "card"
                            $0.amount.currencyCode = "USD"
                            $0.amount.minorUnits = 1_000_000
                            $0.merchantCategoryCode = "5812"
                        })
                    try await stack.settle(client)
                    let issuance = try #require(try await stack.issuances(client).first { $0.status == .confirmed })
                    try await Self.checkTransaction(issuance, stack)
                }
                try await Self.checkProgram(stack)
            }
        }

        /// Both sides of a transaction, by our reference and by Cosmo's id; recorded as an operator's action.
        private static func checkTransaction(_ issuance: Multibrand_V1_Issuance, _ stack: Stack) async throws {
            for id in [issuance.referenceNumber, issuance.cosmoTransactionID] {
                let shown = try await stack.command("admin", "issuances", "transaction", id)
                #expect(shown.contains("Both sides agree.") && shown.contains(issuance.cosmoTransactionID))
            }
            let json = try await stack.command("admin", "issuances", "transaction", issuance.referenceNumber, "--json")
            let answer = try Multibrand_V1_GetCosmoTransactionResponse(jsonString: json)
            #expect(answer.cosmo.transactionID == issuance.cosmoTransactionID && answer.differences.isEmpty)
            #expect(answer.issuance.referenceNumber == issuance.referenceNumber)
            try await stack.command("admin", "issuances", "transaction", "tx_nobody_knows", exit: 4)
            let acts: Int64 = try await stack.pool.query(
                "select count(*) from operator_actions where action = 'GetCosmoTransaction'")[0].value()
            #expect(acts == 3)

            // What the books say otherwise is shown, and nothing is changed by the look.
            _ = try await stack.pool.query(
                "update issuances set sent_value = sent_value + 1 where reference_number = $1",
                [.text(issuance.referenceNumber)])
            let other = try await stack.command("admin", "issuances", "transaction", issuance.referenceNumber)
            #expect(other.contains("Different: "))
            _ = try await stack.pool.query(
                "update issuances set sent_value = sent_value - 1 where reference_number = $1",
                [.text(issuance.referenceNumber)])
            try await stack.verify(covering: .issuanceState)
        }

        private static func checkProgram(_ stack: Stack) async throws {
            let sheet = try await stack.command("admin", "programs", "show", "prg_sky")
            #expect(sheet.contains("price per point") && sheet.contains("required fields"))
            try await stack.command("admin", "programs", "show", "prg_none", exit: 64)
            let valid = try await stack.command("admin", "programs", "validate", "prg_sky", "--account", "M-1")
            #expect(valid.contains("prg_sky knows the account."))
            let unknown = try await stack.command(
                "admin", "programs", "validate", "prg_sky", "--account", "SIM-INVALID-MEMBER")
            #expect(unknown.contains("does not know the account"))
            let points = try await stack.command("admin", "programs", "points", "prg_sky", "25")
            #expect(points.contains("25 would give "))
            try await stack.command("admin", "programs", "points", "prg_none", "25", exit: 4)
            // The audit record of calls is written shortly after them.
            try await eventually("the calls are in the audit record") {
                let calls = try await stack.pool.query(
                    "select call from cosmo_calls where program_id = 'prg_sky' group by call order by call")
                return try Set(calls.map { try $0.get("call", as: String.self) }).isSuperset(of: [
                    "preview", "validateMember",
                ])
            }
        }
    }
}
