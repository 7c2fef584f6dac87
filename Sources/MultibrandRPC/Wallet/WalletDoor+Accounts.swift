import Access
import MultibrandAPI
import OperatorRecord
import PostgreSQL
import RPC
import Rewards
import SwiftProtobuf
import Wallet

extension WalletDoor {
    /// Points: credit, totals, ledger.
    func registerAccounts(in routes: inout DoorRoutes) {
        write(
            "Credit", .operator, in: &routes,
            audits: { try AuditedPart($0.environment, "members/\($0.externalUserID)", ["amount": "\($0.amount)"]) }
        ) { (request: Multibrand_V1_CreditRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let accounts = WalletAccounts(wallet)
            let idempotency = try WalletFields.idempotency(request.idempotencyKey, isNeeded: true)
            let answer = try await accounts.credit(
                request.externalUserID, amount: request.amount, reason: request.reason.nonEmpty, by: caller,
                idempotency: idempotency, now: now())
            return Multibrand_V1_CreditResponse.with {
                $0.balance = answer.value.balance
                $0.currency = .init(answer.value.currency)
                $0.replayed = answer.isReplayed
            }
        }
        routes.unary("GetWallet", .platform) { (request: Multibrand_V1_GetWalletRequest, _) in
            let caller = try request.environment.organisation()
            return Multibrand_V1_MemberWallet(
                try await WalletAccounts(wallet).wallet(named: request.externalUserID, by: caller))
        }
        routes.unary("GetEligibility", .platform) { (request: Multibrand_V1_GetEligibilityRequest, _) in
            let caller = try request.environment.organisation()
            let found = try await WalletAccounts(wallet).eligibility(named: request.externalUserID, by: caller)
            return Multibrand_V1_Eligibility.with {
                $0.tier = found.tier
                $0.wallet = .init(found.wallet)
            }
        }
        routes.unary("ListTransactions", .platform) { (request: Multibrand_V1_ListTransactionsRequest, _) in
            let caller = try request.environment.organisation()
            let page = try await WalletAccounts(wallet).transactions(
                named: request.externalUserID, page: try WalletFields.page(request.pageSize, request.pageToken),
                by: caller)
            return Multibrand_V1_ListTransactionsResponse.with {
                $0.transactions = page.items.map(Multibrand_V1_WalletTransaction.init)
                $0.nextPageToken = page.nextCursor ?? ""
            }
        }
    }

    /// The ledger as a stream. Parts are read one by one, so that a slow reader holds no connection to the database.
    func registerExport(in routes: inout DoorRoutes) {
        routes.serverStreaming(
            "ExportLedger", .operator, limits: RPCMethodLimits(messageBytesMax: 4096),
            audits: {
                try AuditedPart(
                    $0.environment, $0.externalUserID.isEmpty ? "ledger" : "members/\($0.externalUserID)")
            }
        ) {
            (
                request: Multibrand_V1_ExportLedgerRequest, writer: RPCWriter<Multibrand_V1_ExportLedgerResponse>,
                audit
            ) in
            let caller = try request.environment.organisation()
            let member = request.externalUserID.nonEmpty
            let accounts = WalletAccounts(wallet)
            let total = try await accounts.ledgerRowCount(member: member, by: caller)
            // What leaves in bulk leaves a trace.
            if let audit { try await actions.record(audit.adding(["rows": "\(total)"])) }
            try await writer.send(.with { $0.totalRows = total })
            try await export(accounts, member, caller, to: writer)
        }
    }

    private static let exportRowsPerMessage = 500

    private func export(
        _ accounts: WalletAccounts, _ member: String?, _ caller: WalletCaller,
        to writer: RPCWriter<Multibrand_V1_ExportLedgerResponse>
    ) async throws {
        var last: (externalUserID: String, sequence: Int64)?
        while true {
            let part = try await accounts.exportPart(
                member: member, after: last, limit: Self.exportRowsPerMessage, by: caller)
            if let end = part.last {
                last = (end.externalUserID, end.row.sequence)
                let rows = part.map { item in
                    Multibrand_V1_LedgerRow.with {
                        $0.externalUserID = item.externalUserID
                        $0.transaction = .init(item.row)
                    }
                }
                try await writer.send(.with { $0.rows = rows })
            }
            if part.count < Self.exportRowsPerMessage { return }
        }
    }
}
