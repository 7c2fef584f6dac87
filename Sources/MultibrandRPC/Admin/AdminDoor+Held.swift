import Access
import MultibrandAPI
import RPC
import Rewards
import Spending
import SwiftProtobuf

extension AdminDoor {
    /// What is held until a link decides it: listed, and released on demand.
    func registerHeld(in routes: inout DoorRoutes) {
        routes.unary("ListHeldSpends", .operator) { (request: Multibrand_V1_ListHeldSpendsRequest, _) in
            let page = try await heldMoney.list(
                cardID: request.cardID, pageSize: Int(request.pageSize), pageToken: request.pageToken)
            return Multibrand_V1_ListHeldSpendsResponse.with {
                $0.spends = page.spends.map(Multibrand_V1_HeldSpend.init)
                $0.nextPageToken = page.nextPageToken
            }
        }
        routes.unary("ReleaseHeld", .operator, audits: { AuditedPart($0.cardID) }) {
            (request: Multibrand_V1_ReleaseHeldRequest, _, audit) in
            let report = try await releaseHeld(cardID: request.cardID, audit: audit)
            return Multibrand_V1_ReleaseHeldResponse.with {
                $0.released = Int64(report.released)
                $0.notReleasedByReason = report.obstacles.mapValues(Int64.init)
            }
        }
    }
}

extension Multibrand_V1_HeldSpend {
    init(_ spend: HeldSpend) {
        self.init()
        cardID = spend.cardID
        spendID = spend.spendID
        held = Multibrand_V1_Money(spend.held.minorUnits, of: spend.held.currency)
        heldSince = .init(spend.heldSince)
        reason = spend.reason.rawValue
        preferenceVersion = spend.preferenceVersion
    }
}

extension Multibrand_V1_HeldTotal {
    init(_ total: HeldMoney.Total) {
        self.init()
        held = Multibrand_V1_Money.with {
            $0.currencyCode = total.currencyCode
            $0.minorUnits = total.heldMinor
        }
        spends = total.spends
        oldestSince = .init(total.oldestSince)
    }
}
