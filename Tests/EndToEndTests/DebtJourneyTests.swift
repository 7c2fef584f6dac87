import Audit
import Foundation
import MultibrandAPI
import MultibrandServer
import PostgreSQL
import RPC
import SwiftProtobuf
import Testing

extension EndToEnd {
    @Suite("A refund of what was issued")
    struct DebtJourneyTests {
        @Test("becomes a debt that earning nets, that is listed, shown in the metrics and written off once")
        func journey() async throws {
            try await Stack.with([Settings.Issuance.planDelay.key: "10ms"]) { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await stack.link("card", ["prg_sky": ["destinationUserId": "M-1"]], client)
                    _ = try await client.record(Self.spend("s1", 5_000_000))
                    try await stack.settle(client)
                    let issued = try await Self.position(client)
                    #expect(issued.issuedMicro > 0 && issued.debtMicro == 0)

                    let refund: Multibrand_V1_RecordRefundResponse = try await client.call(
                        "SpendService/RecordRefund",
                        Multibrand_V1_RecordRefundRequest.with {
                            $0.refundID = "r1"
                            $0.spendID = "s1"
                            $0.amount.currencyCode = "USD"
                            $0.amount.minorUnits = 4_000_000
                        })
                    #expect(refund.refund.status == .applied)
                    try await Self.debts(issued, stack, client)
                    try await Self.writeOff(client)
                    try await stack.verify(covering: .positionClawedBack)
                }
            }
        }

        private static func debts(
            _ issued: Multibrand_V1_Position, _ stack: Stack, _ client: ServiceClient
        ) async throws {
            _ = try await client.record(spend("s2", 1_000_000))
            try await stack.settle(client)
            let position = try await Self.position(client)
            #expect(position.debtMicro > 0 && position.pendingMicro == 0)
            #expect(position.issuedMicro == issued.issuedMicro, "nothing is issued while the card owes")
            let debts: Multibrand_V1_ListDebtsResponse = try await client.call(
                "IssuanceService/ListDebts", Multibrand_V1_ListDebtsRequest())
            #expect(debts.debts.map(\.debtMicro) == [position.debtMicro] && debts.nextPageToken.isEmpty)
            #expect(debts.debts.first?.upTo30DaysMicro == position.debtMicro && debts.debts.first?.hasOldestAt == true)
            let metrics = try await stack.page("/metrics").body
            #expect(metrics.contains("debt_micro{program_id=\"prg_sky\",unit=\"points\"}"))
            let unknown: Multibrand_V1_ListUnknownBalancesResponse = try await client.call(
                "IssuanceService/ListUnknownBalances", Multibrand_V1_ListUnknownBalancesRequest())
            #expect(unknown.balances.isEmpty)
        }

        private static func writeOff(_ client: ServiceClient) async throws {
            func writeOff(_ id: String, micro: Int64) async throws -> Multibrand_V1_Position {
                try await client.call(
                    "IssuanceService/WriteOffDebt",
                    Multibrand_V1_WriteOffDebtRequest.with {
                        $0.cardID = "card"
                        $0.programID = "prg_sky"
                        $0.unit = .points
                        $0.micro = micro
                        $0.reason = "the card was closed"
                        $0.requestID = id
                    })
            }
            let debt = try await position(client).debtMicro
            #expect(
                try await Refusal.of { try await writeOff("w0", micro: debt + 1) }
                    == Refusal(.failedPrecondition, "EXCEEDS_DEBT"))
            #expect(try await writeOff("w1", micro: 1_000_000).debtMicro == debt - 1_000_000)
            #expect(try await writeOff("w1", micro: 1_000_000).debtMicro == debt - 1_000_000)
            let whole = try await writeOff("w2", micro: 0)
            #expect(whole.debtMicro == 0 && whole.writtenOffMicro == debt)
            #expect(
                try await Refusal.of { try await writeOff("w3", micro: 0) } == Refusal(.failedPrecondition, "NO_DEBT"))
            let actions: Multibrand_V1_ListOperatorActionsResponse = try await client.call(
                "AdminService/ListOperatorActions", Multibrand_V1_ListOperatorActionsRequest())
            #expect(actions.actions.count { $0.action == "WriteOffDebt" } == 2)
        }

        @Test("and yesterday's comparison with Cosmo's books is asked for, listed and shown through the door")
        func comparison() async throws {
            try await Stack.with([Settings.Issuance.reconcile.key: "off"]) { stack in
                try await stack.connected { client in
                    func day(_ daysFromNow: Double) -> String {
                        String(Date.now.addingTimeInterval(daysFromNow * 86_400).ISO8601Format().prefix(10))
                    }
                    let yesterday = day(-1)
                    func reconcile(_ day: String) async throws -> Multibrand_V1_Reconciliation {
                        try await client.call(
                            "IssuanceService/ReconcileDay", Multibrand_V1_ReconcileDayRequest.with { $0.day = day })
                    }
                    #expect(
                        try await Refusal.of { try await reconcile(day(1)) }
                            == Refusal(.failedPrecondition, "DAY_NOT_OVER"))
                    let result = try await reconcile(yesterday)
                    #expect(result.day == yesterday && result.hasFinishedAt && result.failure.isEmpty)
                    let listed: Multibrand_V1_ListReconciliationsResponse = try await client.call(
                        "IssuanceService/ListReconciliations", Multibrand_V1_ListReconciliationsRequest())
                    #expect(listed.reconciliations.map(\.day) == [yesterday])
                    let shown: Multibrand_V1_Reconciliation = try await client.call(
                        "IssuanceService/GetReconciliation",
                        Multibrand_V1_GetReconciliationRequest.with { $0.day = yesterday })
                    #expect(shown == result)
                }
            }
        }

        private static func spend(_ id: String, _ minor: Int64) -> Multibrand_V1_Spend {
            .with {
                $0.spendID = id
                $0.cardID = "card"
                $0.amount.currencyCode = "USD"
                $0.amount.minorUnits = minor
            }
        }

        private static func position(_ client: ServiceClient) async throws -> Multibrand_V1_Position {
            try await client.call(
                "IssuanceService/GetPosition",
                Multibrand_V1_GetPositionRequest.with {
                    $0.cardID = "card"
                    $0.programID = "prg_sky"
                })
        }
    }
}
