import Foundation
import MultibrandAPI
import MultibrandServer
import RPC
import SwiftProtobuf
import Testing

extension EndToEnd {
    @Suite("Operation")
    struct OperationTests {
        private static let account = "M-ACCOUNT-OF-NOBODY-ELSE"
        private static let email = "holder.nobody.else@example.org"
        private static let merchant = "Merchant Nobody Else Knows"
        private static let user = "user-of-card"

        @Test("shows health, readiness and metrics, and logs JSON without anything personal or secret")
        func pagesAndLog() async throws {
            let settings = [Settings.Service.logLevel.key: "debug", Settings.Service.logFormat.key: "json"]
            try await Stack.with(settings) { stack in
                try await stack.connected { client in
                    try await Self.park(stack, client)
                    try await stack.configurePrograms(client)
                    try await Self.work(stack, client)
                }
                try await checkPages(stack)
                stack.service.askToStop()
                _ = try await stack.service.ended()
                checkLog(stack.service.log)
            }
        }

        /// A spend whose program has no plugin yet parks its leg. A preview parks one too, and counts nothing.
        private static func park(_ stack: Stack, _ client: ServiceClient) async throws {
            let _: Multibrand_V1_ListProgramsResponse = try await client.call(
                "AdminService/RefreshPrograms", Multibrand_V1_RefreshProgramsRequest())
            try await stack.link("second", ["prg_fuel": ["destinationUserId": account]], client)
            let spend = Multibrand_V1_Spend.with {
                $0.spendID = "parked"
                $0.cardID = "second"
                $0.amount.currencyCode = "USD"
                $0.amount.minorUnits = 100
            }
            let preview: Multibrand_V1_PreviewSpendResponse = try await client.call(
                "SpendService/PreviewSpend", Multibrand_V1_PreviewSpendRequest.with { $0.spend = spend })
            #expect(preview.decision.legs.map(\.status) == [.parked])
            #expect(try await client.record(spend).decision.legs.map(\.status) == [.parked])
        }

        /// Something of everything that could leave a trace: links, spends, issuances, refusals at both doors.
        private static func work(_ stack: Stack, _ client: ServiceClient) async throws {
            try await stack.link(
                "card", ["prg_sky": ["destinationUserId": account], "prg_shop": ["destinationUserEmail": email]], client
            )
            var spend = Multibrand_V1_Spend.with {
                $0.spendID = "spend"
                $0.cardID = "card"
                $0.amount.currencyCode = "USD"
                $0.amount.minorUnits = 5_000_000
                $0.merchantName = merchant
            }
            _ = try await client.record(spend)
            spend.amount.minorUnits = 1
            #expect(
                try await Refusal.of { try await client.record(spend) } == Refusal(.alreadyExists, "SPEND_CONFLICT"))
            let waiting: Multibrand_V1_RecordRefundResponse = try await client.call(
                "SpendService/RecordRefund",
                Multibrand_V1_RecordRefundRequest.with {
                    $0.refundID = "refund"
                    $0.spendID = "spend that does not come"
                    $0.cardID = "card"
                    $0.amount.currencyCode = "USD"
                    $0.amount.minorUnits = 100
                })
            #expect(waiting.refund.status == .waiting)
            let overview = try await client.overview()
            #expect(overview.refundsWaiting == 1 && overview.refundsHeld == 0)
            let body =
                #"{"sourceUserId":"\#(user)","type":"LINKED","#
                + #""destinationAccount":{"destinationUserEmail":"\#(email)"}}"#
            #expect(try await stack.deliver(SignedDelivery(body, secondsFromNow: 0, secret: "wrong")).status == 401)
            #expect(try await stack.deliver(SignedDelivery(body)).status == 200)
            let unknownType = #"{"sourceUserId":"\#(user)","destinationProgramId":"prg_sky","type":"\#(merchant)"}"#
            #expect(try await stack.deliver(SignedDelivery(unknownType)).status == 200)
            let invalid: Multibrand_V1_ValidateMemberResponse = try await client.call(
                "PreferenceService/ValidateMember",
                Multibrand_V1_ValidateMemberRequest.with {
                    $0.programID = "prg_rail"
                    $0.destinationAccount.userID = account
                    $0.destinationAccount.userEmail = email
                })
            #expect(!invalid.isValid)
            try await stack.settle(client)
            let issuances = try await stack.issuances(client)
            #expect(!issuances.isEmpty && issuances.allSatisfy { $0.status == .confirmed })
        }

        private func checkPages(_ stack: Stack) async throws {
            #expect(try await stack.page("/healthz").status == 200)
            #expect(try await stack.page("/readyz").status == 200)
            #expect(try await stack.page("/nothing-here").status == 404)
            let metrics = try await stack.page("/metrics")
            #expect(metrics.status == 200)
            let wanted = [
                #"multibrand_webhook_deliveries_total{kind="transaction",mode="signature",result="stored"}"#,
                #"result="WEBHOOK_SIGNATURE_MISMATCH"}"#, "# TYPE ", "_bucket{", "RecordSpend",
                "inbox{status=\"received\"} 0",
                "database_connections{", "issuances{status=\"unknown\"} 0", "refunds{status=\"waiting\"} 1",
                "refunds{status=\"held\"} 0",
                #"multibrand_plugin_faults_total{plugin="",reason="PLUGIN_NOT_CONFIGURED"} 1"#,
            ]
            for text in wanted { #expect(metrics.body.contains(text), "/metrics lacks \(text)") }
            for text in [Self.account, Self.email, Self.merchant] { #expect(!metrics.body.contains(text)) }
        }

        private func checkLog(_ log: String) {
            let lines = log.split(separator: "\n")
            #expect(lines.count > 5, "there is hardly a log to check")
            for line in lines {
                let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                #expect(object?["level"] != nil && object?["message"] != nil, "not one JSON object a line: \(line)")
            }
            #expect(log.contains("WEBHOOK_SIGNATURE_MISMATCH"), "a refused delivery leaves a line")
            let unspoken = [
                Self.account, Self.email, Self.merchant, "nobody.else", Stack.operatorKey, Stack.webhookSecret,
                Stack.clientSecret,
            ]
            for text in unspoken { #expect(!log.contains(text), "the log holds \(text)") }
        }
    }
}
