import Access
import MultibrandAPI
import RPC
import Rewards
import Spending
import SwiftProtobuf

extension SpendDoor {
    /// Refunds: recorded, undone, attributed to other spends, read.
    func registerRefunds(in routes: inout DoorRoutes) {
        routes.unary("RecordRefund", .platform, audits: { AuditedPart($0.refundID) }) {
            (request: Multibrand_V1_RecordRefundRequest, _, audit) in
            Multibrand_V1_RecordRefundResponse(try await refunds.record(RefundRequest(request), audit: audit))
        }
        routes.unary("UndoRefund", .platform, audits: { AuditedPart($0.refundID) }) {
            (request: Multibrand_V1_UndoRefundRequest, _, audit) in
            Multibrand_V1_RecordRefundResponse(try await refunds.undo(request.refundID, audit: audit))
        }
        routes.unary(
            "ReattributeRefund", .operator,
            audits: {
                AuditedPart(
                    $0.refundID, ["reason": try $0.reason.checkedReason(), "targets": "\($0.targets.count)"])
            }
        ) { (request: Multibrand_V1_ReattributeRefundRequest, _, audit) in
            Multibrand_V1_RecordRefundResponse(
                try await refunds.reattribute(
                    request.refundID,
                    to: request.targets.map {
                        ReattributeRefund.Target(spendID: $0.spendID, amountMinor: $0.amountMinor)
                    }, audit: audit))
        }
        routes.unary("GetRefund", .platform) { (request: Multibrand_V1_GetRefundRequest, _) in
            Multibrand_V1_Refund(try await refunds.get(request.refundID))
        }
        routes.unary("ListRefunds", .platform) { (request: Multibrand_V1_ListRefundsRequest, _) in
            let page = try await refunds.list(
                cardID: request.cardID, status: try request.status.wanted(), pageSize: Int(request.pageSize),
                pageToken: request.pageToken)
            return Multibrand_V1_ListRefundsResponse.with {
                $0.refunds = page.refunds.map(Multibrand_V1_Refund.init)
                $0.nextPageToken = page.nextPageToken
            }
        }
    }
}

extension String {
    /// **Errors** ``InvalidField``: an operator's reason is never deleted, so its length is limited.
    fileprivate func checkedReason() throws -> String {
        guard utf8.count <= 1000, !utf8.contains(0) else {
            throw InvalidField("reason", "must be at most 1000 bytes without NUL")
        }
        return self
    }
}

extension RefundRequest {
    /// **Errors** ``InvalidField`` for a time that is none.
    init(_ request: Multibrand_V1_RecordRefundRequest) throws {
        self.init(
            refundID: request.refundID, spendID: request.spendID, cardID: request.cardID,
            currencyCode: request.amount.currencyCode, amountMinor: request.amount.minorUnits,
            merchantCategoryCode: request.merchantCategoryCode, merchantName: request.merchantName,
            occurredAt: request.hasOccurredAt ? try request.occurredAt.instant("occurred_at") : nil,
            authorizationID: request.authorizationID)
    }
}

extension Multibrand_V1_RecordRefundResponse {
    init(_ answer: RefundAnswer) {
        self.init()
        refund = Multibrand_V1_Refund(answer.refund)
        clawbacks = refund.clawbacks
        replayed = answer.replayed
    }
}

extension Multibrand_V1_Clawback {
    init(_ clawback: RecordedRefund.Clawback, currency: CurrencyCode) {
        self.init()
        programID = clawback.programID
        amount = Multibrand_V1_Money(clawback.amountMinor, of: currency)
        microPoints = clawback.micro
        unit = Multibrand_V1_RewardUnit(clawback.unit)
        spendID = clawback.spendID
    }
}

extension Multibrand_V1_Refund {
    init(_ refund: RecordedRefund) {
        self.init()
        refundID = refund.refundID
        cardID = refund.cardID
        spendID = refund.spendID ?? ""
        amount = Multibrand_V1_Money(refund.amount.minorUnits, of: refund.amount.currency)
        status = Multibrand_V1_RefundStatus(refund.status)
        reason = refund.reason ?? ""
        rule = refund.rule ?? ""
        parts = refund.parts.map { part in
            Multibrand_V1_RefundPart.with {
                $0.spendID = part.spendID
                $0.amountMinor = part.amountMinor
                $0.excludedMinor = part.excludedMinor
                $0.heldMinor = part.heldMinor
            }
        }
        clawbacks = refund.clawbacks.map { Multibrand_V1_Clawback($0, currency: refund.amount.currency) }
        candidatesJson = refund.candidatesJSON
        occurredAt = Google_Protobuf_Timestamp(refund.occurredAt)
        recordedAt = Google_Protobuf_Timestamp(refund.recordedAt)
        if let settled = refund.settledAt { settledAt = Google_Protobuf_Timestamp(settled) }
        merchantCategoryCode = refund.merchantCategoryCode
        merchantName = refund.merchantName
    }
}

extension Multibrand_V1_RefundStatus {
    init(_ status: RecordedRefund.Status) {
        self =
            switch status {
            case .applied: .applied
            case .waiting: .waiting
            case .held: .held
            case .undone: .undone
            }
    }

    /// The status a listing is narrowed to; nil for all.
    ///
    /// **Errors** ``InvalidField`` for a number this build does not know.
    func wanted() throws -> RecordedRefund.Status? {
        switch self {
        case .unspecified: nil
        case .applied: .applied
        case .waiting: .waiting
        case .held: .held
        case .undone: .undone
        case .UNRECOGNIZED: throw InvalidField("status", "is not a status this service knows")
        }
    }
}
