import Access
import MultibrandAPI
import Preferences
import RPC
import SwiftProtobuf

extension AdminDoor {
    /// Preferences derived again from their sources.
    func registerPreferences(in routes: inout DoorRoutes) {
        routes.unary(
            "RebuildPreferences", .operator,
            audits: { AuditedPart($0.cardID.isEmpty ? "preferences" : $0.cardID, ["dry_run": "\($0.dryRun)"]) }
        ) { (request: Multibrand_V1_RebuildPreferencesRequest, context, audit) in
            let page = try await rebuildPreferences(
                cardID: request.cardID, dryRun: request.dryRun, pageSize: Int(request.pageSize),
                pageToken: request.pageToken, by: context.caller.clientID, audit: audit)
            return Multibrand_V1_RebuildPreferencesResponse.with {
                $0.cardsChecked = Int64(page.cardsChecked)
                $0.differences = page.differences.map(Multibrand_V1_RebuiltPreference.init)
                $0.nextPageToken = page.nextPageToken
            }
        }
    }
}

extension Multibrand_V1_RebuiltPreference {
    init(_ difference: RebuildPreferences.Difference) {
        self.init()
        cardID = difference.cardID
        storedWeights = difference.storedWeights
        derivedWeights = difference.derivedWeights
        self.difference = difference.description
    }
}
