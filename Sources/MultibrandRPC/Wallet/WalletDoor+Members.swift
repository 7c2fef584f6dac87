import Access
import MultibrandAPI
import PostgreSQL
import RPC
import Rewards
import SwiftProtobuf
import Wallet

extension WalletDoor {
    /// The customers' members.
    func registerMembers(in routes: inout DoorRoutes) {
        write(
            "UpsertMember", .platform, in: &routes,
            audits: { try AuditedPart($0.environment, "members/\($0.externalUserID)") }
        ) { (request: Multibrand_V1_UpsertMemberRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let change = try request.change
            let members = WalletMembers(wallet)
            let answer = try await members.upsert(
                request.externalUserID, change, by: caller,
                idempotency: try WalletFields.idempotency(request.idempotencyKey),
                now: now())
            return Multibrand_V1_UpsertMemberResponse.with {
                $0.member = .init(answer.value)
                $0.replayed = answer.isReplayed
            }
        }
        routes.unary("GetMember", .platform) { (request: Multibrand_V1_GetMemberRequest, _) in
            let caller = try request.environment.organisation()
            let summary = try await WalletMembers(wallet).summary(request.externalUserID, by: caller)
            return Multibrand_V1_WalletMemberSummary.with {
                $0.member = .init(summary.member, archivedAt: summary.archivedAt)
                $0.wallet = .init(summary.wallet)
                for (status, count) in summary.redemptionCounts { $0.redemptionCounts[status.rawValue] = count }
                for status in RedemptionStatus.allCases where $0.redemptionCounts[status.rawValue] == nil {
                    $0.redemptionCounts[status.rawValue] = 0
                }
            }
        }
        routes.unary("ListMembers", .operator) { (request: Multibrand_V1_ListMembersRequest, _) in
            let caller = try request.environment.organisation()
            guard request.pageSize >= 0 else { throw InvalidField("page_size", "must not be negative") }
            let size = request.pageSize == 0 ? 50 : min(Int(request.pageSize), 500)
            let listing = Listing("wallet-members", caller.environment.rawValue)
            guard let after = request.pageToken.isEmpty ? "" : listing.parts(of: request.pageToken, count: 1)?.first
            else { throw WalletMessageRefusal("page_token must be the next_page_token of the page before") }
            // One more than asked for tells whether there is a next page.
            let rows = try await WalletMembers(wallet).list(after: after, limit: size + 1, by: caller)
            return Multibrand_V1_ListMembersResponse.with {
                $0.members = rows.prefix(size).map { row in
                    .with {
                        $0.member = .init(row.member, archivedAt: row.archivedAt)
                        $0.wallet = .init(row.wallet)
                    }
                }
                if rows.count > size { $0.nextPageToken = listing.token(rows[size - 1].member.externalUserID) }
            }
        }
        write(
            "RemoveMember", .operator, in: &routes,
            audits: {
                try AuditedPart(
                    $0.environment, "members/\($0.externalUserID)", ["retain_balance": "\($0.retainBalance)"])
            }
        ) { (request: Multibrand_V1_RemoveMemberRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let members = WalletMembers(wallet)
            let answer = try await members.remove(
                request.externalUserID, retainBalance: request.retainBalance, by: caller,
                idempotency: try WalletFields.idempotency(request.idempotencyKey), now: now())
            return Multibrand_V1_RemoveMemberResponse.with {
                $0.externalUserID = answer.value.externalUserID
                $0.archived = answer.value.isArchived
                $0.balanceRetained = answer.value.isBalanceRetained
                $0.replayed = answer.isReplayed
            }
        }
    }
}

extension Multibrand_V1_UpsertMemberRequest {
    /// What is set; what is not set stays as it is.
    fileprivate var change: WalletMemberChange {
        get throws {
            WalletMemberChange(
                displayName: hasDisplayName ? displayName : nil, email: hasEmail ? email : nil,
                tier: hasTier ? tier : nil, attributes: hasAttributesJson ? try attributes() : nil)
        }
    }

    private func attributes() throws -> JSONObject {
        guard let object = try? JSONValue(parsing: attributesJson).object else {
            throw InvalidField("attributes_json", "must be a JSON object")
        }
        return object
    }
}
