import Audit
import CosmoSandbox
import MultibrandAPI
import MultibrandServer
import PostgreSQL
import SwiftProtobuf
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Card rewards in the issuer's own wallet")
    struct WalletJourneyTests {
        private static let settings = [
            Settings.Issuance.planDelay.key: "10ms", Settings.WalletPayouts.environment.key: "SANDBOX",
            Settings.WalletPayouts.clawbackRetry.key: "200ms",
        ]

        @Test(
            "are earned beside two programs of Cosmo's, redeemed, cancelled and refunded; what is spent is owed"
        )
        func journey() async throws {
            try await Stack.with(Self.settings) { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await Self.makeStars(client)
                    try await stack.link(
                        "card", ["prg_sky": ["destinationUserId": "M-1"], "prg_stay": ["destinationUserId": "M-2"]],
                        client)
                    try await Self.linkStars("card", client)
                    try await Self.record("s1", "card", 30_000, client)
                    let member = "user-of-card"
                    try await Self.holds(member, 200, client)
                    #expect(try await Self.stars("card", client).issuedMicro == 200_000_000)
                    let issuance = try #require(try await stack.issuances(client).first { $0.programID == "stars" })
                    #expect(
                        issuance.status == .confirmed && issuance.settledBy == "wallet" && issuance.sentValue == 200)

                    let first = try await Self.redeem(member, key: "k1", client)
                    try await Self.holds(member, 50, client)
                    try await Self.cancel(first, key: "k2", client)
                    try await Self.holds(member, 200, client)
                    let second = try await Self.redeem(member, key: "k3", client)
                    try await Self.holds(member, 50, client)

                    try await Self.refund("r1", of: "s1", 30_000, client)
                    try await Self.holds(member, 0, client)
                    try await Self.owes("card", 150_000_000, client)
                    try await stack.verify(covering: .reversalWalletDebit)
                    // The canceled redemption gives back what the refund is still owed.
                    try await Self.cancel(second, key: "k4", client)
                    try await Self.owes("card", 0, client)
                    try await Self.holds(member, 0, client)

                    let _: Multibrand_V1_RecordRefundResponse = try await client.call(
                        "SpendService/UndoRefund", Multibrand_V1_UndoRefundRequest.with { $0.refundID = "r1" })
                    try await Self.holds(member, 200, client)
                    try await Self.refund("r2", of: "s1", 15_000, client)
                    try await Self.holds(member, 100, client)
                    let position = try await Self.stars("card", client)
                    #expect(position.issuedMicro == 100_000_000 && position.debtMicro == 0)
                    #expect(position.takenBack.map(\.micro) == [100_000_000, 150_000_000, 50_000_000])

                    try await stack.settle(client)
                    #expect(stack.sandbox.transactions().allSatisfy { $0.programID != "stars" })
                    try await Self.explained("s1", row: position.takenBack.first?.walletTransactionID ?? "", client)
                    try await stack.verify(covering: .issuanceWalletCredit)
                    try await stack.verifyByCommand()
                }
            }
        }

        @Test(
            "are what a card without links earns when the fallback is the wallet; its refund takes back the same"
        )
        func fallback() async throws {
            try await Stack.with(Self.settings) { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await Self.makeStars(client)
                }
                // A service that may name the program, now that there is one, beside the one that made it.
                let service = try ServiceProcess(
                    directory: try ProjectFiles.makeTemporaryDirectory(),
                    settings: Stack.base(databaseURL: stack.databaseURL, sandboxURL: try await stack.sandbox.baseURL)
                        .merging(Self.settings) { $1 }.merging([
                            Settings.Spending.noLinks.key: "wallet", Settings.Spending.ownProgram.key: "stars",
                        ]) { $1 })
                let ownProgram = Stack(
                    service: service, sandbox: stack.sandbox, pool: stack.pool, databaseURL: stack.databaseURL,
                    directory: stack.directory)
                try await service.start()
                try await ownProgram.connected { client in
                    _ = try await ownProgram.register("bare", client)
                    let spend = try await Self.record("s1", "bare", 5_000, client)
                    #expect(spend.decision.legs.map(\.programID) == ["stars"])
                    try await Self.holds("user-of-bare", 100, client)
                    try await Self.refund("r1", of: "s1", 2_000, client)
                    try await Self.holds("user-of-bare", 60, client)
                    try await Self.refund("r2", of: "s1", 3_000, client)
                    try await Self.holds("user-of-bare", 0, client)
                    try await ownProgram.verify(covering: .reversalWalletDebit)
                }
                service.askToStop()
                #expect(try await service.ended() == .code(0))
            }
        }

        private static func makeStars(_ client: ServiceClient) async throws {
            let made: Multibrand_V1_ConfigureProgramResponse = try await client.call(
                "AdminService/ConfigureProgram",
                Multibrand_V1_ConfigureProgramRequest.with {
                    $0.programID = "stars"
                    $0.plugin = "flat-rate"
                    $0.configurationJson = #"{"pointsPerMajorUnit": "2"}"#
                    $0.paysInto = .wallet
                })
            #expect(made.changed && made.program.paysInto == .wallet)
            let listed: Multibrand_V1_ListProgramsResponse = try await client.call(
                "AdminService/RefreshPrograms", Multibrand_V1_RefreshProgramsRequest())
            let places = Dictionary(uniqueKeysWithValues: listed.programs.map { ($0.programID, $0.paysInto) })
            #expect(places["stars"] == .wallet && places["prg_sky"] == .cosmo)
            #expect(listed.programs.first { $0.programID == "stars" }?.listed == true)
            let valid: Multibrand_V1_ValidateMemberResponse = try await client.call(
                "PreferenceService/ValidateMember",
                Multibrand_V1_ValidateMemberRequest.with { $0.programID = "stars" })
            #expect(valid.isValid)
        }

        private static func linkStars(_ cardID: String, _ client: ServiceClient) async throws {
            let _: Multibrand_V1_Preferences = try await client.call(
                "PreferenceService/LinkProgram",
                Multibrand_V1_LinkProgramRequest.with {
                    $0.cardID = cardID
                    $0.programID = "stars"
                    $0.requestID = "link-stars"
                })
            try await eventually("the link to the wallet is valid") {
                try await client.preferences(cardID).links.contains { $0.programID == "stars" && $0.validity == .valid }
            }
        }

        @discardableResult
        private static func record(
            _ id: String, _ cardID: String, _ minor: Int64, _ client: ServiceClient
        ) async throws -> Multibrand_V1_RecordSpendResponse {
            try await client.record(
                .with {
                    $0.spendID = id
                    $0.cardID = cardID
                    $0.amount.currencyCode = "USD"
                    $0.amount.minorUnits = minor
                })
        }

        private static func refund(
            _ id: String, of spendID: String, _ minor: Int64, _ client: ServiceClient
        ) async throws {
            let refund: Multibrand_V1_RecordRefundResponse = try await client.call(
                "SpendService/RecordRefund",
                Multibrand_V1_RecordRefundRequest.with {
                    $0.refundID = id
                    $0.spendID = spendID
                    $0.amount.currencyCode = "USD"
                    $0.amount.minorUnits = minor
                })
            #expect(refund.refund.status == .applied)
        }

        private static func redeem(
            _ member: String, key: String, _ client: ServiceClient
        ) async throws -> String {
            let _: Multibrand_V1_Offer = try await client.call(
                "WalletService/CreateOffer",
                Multibrand_V1_CreateOfferRequest.with {
                    $0.environment = .sandbox
                    $0.offerID = "mug-\(key)"
                    $0.details.title = "A mug"
                    $0.pointsPrice = 150
                })
            let redeemed: Multibrand_V1_RedemptionResponse = try await client.call(
                "WalletService/Redeem",
                Multibrand_V1_RedeemRequest.with {
                    $0.environment = .sandbox
                    $0.externalUserID = member
                    $0.offerID = "mug-\(key)"
                    $0.idempotencyKey = key
                })
            return redeemed.redemption.redemptionID
        }

        private static func cancel(_ redemptionID: String, key: String, _ client: ServiceClient) async throws {
            let _: Multibrand_V1_RedemptionResponse = try await client.call(
                "WalletService/CancelRedemption",
                Multibrand_V1_CancelRedemptionRequest.with {
                    $0.environment = .sandbox
                    $0.redemptionID = redemptionID
                    $0.idempotencyKey = key
                })
        }

        /// Waits until a member's balance is what it should be.
        private static func holds(_ member: String, _ points: Int64, _ client: ServiceClient) async throws {
            var seen: Int64?
            try await eventually("\(member) has \(points) points", within: .seconds(30), seen: { "\(seen ?? -1)" }) {
                let wallet: Multibrand_V1_MemberWallet? = try? await client.call(
                    "WalletService/GetWallet",
                    Multibrand_V1_GetWalletRequest.with {
                        $0.environment = .sandbox
                        $0.externalUserID = member
                    })
                seen = wallet?.balance
                return seen == points
            }
        }

        /// Waits until a card owes the wallet's program so much.
        private static func owes(_ cardID: String, _ micro: Int64, _ client: ServiceClient) async throws {
            var seen = Multibrand_V1_Position()
            try await eventually(
                "\(cardID) owes \(micro)", within: .seconds(30), seen: { seen.textFormatString() }
            ) {
                seen = try await stars(cardID, client)
                return seen.debtMicro == micro
            }
        }

        private static func stars(_ cardID: String, _ client: ServiceClient) async throws -> Multibrand_V1_Position {
            try await client.call(
                "IssuanceService/GetPosition",
                Multibrand_V1_GetPositionRequest.with {
                    $0.cardID = cardID
                    $0.programID = "stars"
                })
        }

        private static func explained(_ spendID: String, row: String, _ client: ServiceClient) async throws {
            let page: Multibrand_V1_SpendExplanation = try await client.call(
                "SpendService/ExplainSpend", Multibrand_V1_ExplainSpendRequest.with { $0.spendID = spendID })
            #expect(page.issuances.contains { !$0.walletTransactionID.isEmpty })
            #expect(page.positions.flatMap(\.position.takenBack).map(\.walletTransactionID).contains(row))
        }
    }
}
