import Access
import Issuance
import MultibrandAPI
import RPC
import Rewards
import SwiftProtobuf

/// Debts, and what may or may not have been issued.
extension IssuanceDoor {
    func registerDebts(in routes: inout DoorRoutes) {
        routes.unary("ListDebts", .platform) { (request: Multibrand_V1_ListDebtsRequest, _) in
            let page = try await reads.debts(
                cardID: request.cardID.nonEmpty, programID: request.programID.nonEmpty,
                pageSize: Int(request.pageSize), pageToken: request.pageToken)
            return Multibrand_V1_ListDebtsResponse.with {
                $0.debts = page.debts.map(Multibrand_V1_Debt.init)
                $0.nextPageToken = page.nextPageToken ?? ""
            }
        }
        routes.unary("WriteOffDebt", .operator, audits: { try $0.audited }) {
            (request: Multibrand_V1_WriteOffDebtRequest, context, audit) in
            let view = try await writeOffDebt(
                WriteOffDebt.Request(
                    cardID: request.cardID, programID: request.programID, unit: try request.unit.wanted(),
                    micro: request.micro == 0 ? nil : request.micro, reason: request.reason,
                    requestID: request.requestID, lostSpendsAreSettled: request.lostSpendsSettled),
                by: context.caller.clientID, audit: audit)
            return Multibrand_V1_Position(view, minimumMicro: try await minimums([view])[0])
        }
        routes.unary("ListUnknownBalances", .platform) { (_: Multibrand_V1_ListUnknownBalancesRequest, _) in
            let balances = try await reads.unknownBalances()
            return Multibrand_V1_ListUnknownBalancesResponse.with {
                $0.balances = balances.map(Multibrand_V1_UnknownBalance.init)
            }
        }
    }
}

extension Multibrand_V1_WriteOffDebtRequest {
    fileprivate var audited: AuditedPart {
        get throws {
            AuditedPart(
                cardID,
                [
                    "program_id": programID, "request_id": requestID, "micro": micro == 0 ? "all" : String(micro),
                    "unit": try unit.wanted()?.rawValue ?? "", "lost_spends_settled": lostSpendsSettled ? "yes" : "no",
                ])
        }
    }
}
