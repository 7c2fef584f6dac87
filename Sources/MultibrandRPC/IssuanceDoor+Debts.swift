import Access
import Issuance
import MultibrandAPI
import RPC
import Rewards
import SwiftProtobuf

/// Debts, and what may or may not have been issued.
extension IssuanceDoor {
    func registerDebts(in routes: inout DoorRoutes) {
        routes.unary(Self.service + "ListDebts") { (request: Multibrand_V1_ListDebtsRequest, _) in
            let page = try await reads.debts(
                cardID: request.cardID.nonEmpty, programID: request.programID.nonEmpty,
                pageSize: Int(request.pageSize), pageToken: request.pageToken)
            return Multibrand_V1_ListDebtsResponse.with {
                $0.debts = page.debts.map(Multibrand_V1_Debt.init)
                $0.nextPageToken = page.nextPageToken ?? ""
            }
        }
        routes.unary(Self.service + "WriteOffDebt") { (request: Multibrand_V1_WriteOffDebtRequest, context) in
            let unit = try request.unit.wanted()
            let action = OperatorActions.record(
                by: context.caller, action: "WriteOffDebt", subject: request.cardID,
                detail: [
                    "program_id": request.programID, "request_id": request.requestID,
                    "micro": request.micro == 0 ? "all" : String(request.micro), "unit": unit?.rawValue ?? "",
                    "lost_spends_settled": request.lostSpendsSettled ? "yes" : "no",
                ])
            return Multibrand_V1_Position(
                try await writeOffDebt(
                    WriteOffDebt.Request(
                        cardID: request.cardID, programID: request.programID, unit: unit,
                        micro: request.micro == 0 ? nil : request.micro, reason: request.reason,
                        requestID: request.requestID, lostSpendsAreSettled: request.lostSpendsSettled),
                    by: context.caller.clientID, also: [action]))
        }
        routes.unary(Self.service + "ListUnknownBalances") { (_: Multibrand_V1_ListUnknownBalancesRequest, _) in
            let balances = try await reads.unknownBalances()
            return Multibrand_V1_ListUnknownBalancesResponse.with {
                $0.balances = balances.map(Multibrand_V1_UnknownBalance.init)
            }
        }
    }
}
