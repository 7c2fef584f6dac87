import PostgreSQL
import Rewards
import Wallet

/// The endpoints' way to the room's use cases: read the request, call, write the answer; no decisions.
struct WalletCalls: Sendable {
    let accounts: WalletAccounts
    let analytics: WalletAnalytics
    let credentials: WalletCredentials
    let members: WalletMembers
    let offers: WalletOffers
    let redemptions: WalletRedemptions
    let webhooks: WalletWebhooks

    init(_ context: WalletContext) {
        accounts = WalletAccounts(context)
        analytics = WalletAnalytics(context)
        credentials = WalletCredentials(context)
        members = WalletMembers(context)
        offers = WalletOffers(context)
        redemptions = WalletRedemptions(context)
        webhooks = WalletWebhooks(context)
    }

    /// The document of the answer.
    ///
    /// **Errors** what the use case throws.
    func answer(_ call: WalletCall) async throws -> JSONValue {
        switch call.endpoint {
        case .exchangeToken: try await exchange(call)
        case .creditWallet: try await credit(call)
        case .getWallet: try await accounts.wallet(by: call.caller).json
        case .listTransactions: try await transactions(call)
        case .getEligibility: try await eligibility(call)
        case .listOffers: try await listOffers(call)
        case .createRedemption: try await redeem(call)
        case .listRedemptions: try await listRedemptions(call)
        case .getRedemption: try await redemptions.get(id: call.id, by: call.caller).json
        case .cancelRedemption: try await cancel(call)
        case .upsertMember: try await upsert(call)
        case .getMember: try await members.summary(call.id, by: call.caller).json
        case .removeMember: try await remove(call)
        case .getAnalyticsSummary: try await analytics.summary(by: call.caller).json
        case .getAnalyticsOffers: ["offers": .array(try await analytics.offers(by: call.caller).map(\.json))]
        case .getAnalyticsTimeseries: try await timeseries(call)
        case .registerWebhook: try await registerWebhook(call)
        case .listWebhooks: try await listWebhooks(call)
        case .deleteWebhook: try await deleteWebhook(call)
        }
    }
}
