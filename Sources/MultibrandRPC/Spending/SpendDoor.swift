import Access
import Explanation
import MultibrandAPI
import OperatorRecord
import RPC
import Rewards
import Spending
import SwiftProtobuf

/// `multibrand.v1.SpendService`: proto/multibrand/v1/spends.proto says what each call does.
struct SpendDoor: Sendable {
    /// How many spends of one stream may be under way.
    private static let window = 1024
    /// How large one request of a stream may be: a stream reads ahead, and the largest valid spend is far smaller.
    private static let streamedBytesMax = 64 * 1024

    let recordSpend: RecordSpend
    let getSpend: GetSpend
    let listSpends: ListSpends
    let previewSpend: PreviewSpend
    let authorizeSpend: AuthorizeSpend
    let reverseAuthorization: ReverseAuthorization
    let getAuthorization: GetAuthorization
    let refunds: RefundCalls
    let explainSpend: ExplainSpend
    let refusals: Refusals

    func register(in routes: inout DoorRoutes) {
        routes.service = "multibrand.v1.SpendService"
        routes.unary("RecordSpend", .platform, audits: { AuditedPart($0.spend.spendID) }) {
            (request: Multibrand_V1_RecordSpendRequest, context, audit) in
            Multibrand_V1_RecordSpendResponse(
                try await recordSpend.record(
                    SpendRequest(request.spend), previewToken: request.previewToken, deadline: context.deadline,
                    audit: audit))
        }
        routes.bidirectional(
            "RecordSpends", .platform, limits: RPCMethodLimits(messageBytesMax: Self.streamedBytesMax),
            audits: { AuditedPart($0.spend.spendID) }
        ) {
            (
                requests: RPCMessages<Multibrand_V1_RecordSpendRequest>,
                writer: RPCWriter<Multibrand_V1_RecordSpendsResponse>, context, audit
            ) in
            try await record(requests, to: writer, context, audit)
        }
        routes.unary("GetSpend", .platform) { (request: Multibrand_V1_GetSpendRequest, _) in
            Multibrand_V1_RecordedSpend(try await getSpend(request.spendID))
        }
        routes.unary("ListSpends", .platform) { (request: Multibrand_V1_ListSpendsRequest, _) in
            let page = try await listSpends(
                cardID: request.cardID, pageSize: Int(request.pageSize), pageToken: request.pageToken)
            return Multibrand_V1_ListSpendsResponse.with {
                $0.spends = page.spends.map(Multibrand_V1_RecordedSpend.init)
                $0.nextPageToken = page.nextPageToken
            }
        }
        routes.unary("ExplainSpend", .platform) { (request: Multibrand_V1_ExplainSpendRequest, _) in
            Multibrand_V1_SpendExplanation(try await explainSpend(request.spendID))
        }
        routes.unary("PreviewSpend", .platform) { (request: Multibrand_V1_PreviewSpendRequest, _) in
            Multibrand_V1_PreviewSpendResponse(try await previewSpend(SpendRequest(request.spend)))
        }
        registerAuthorizations(in: &routes)
        registerRefunds(in: &routes)
    }

    /// A spend of a stream, begun and not answered yet.
    private struct Begun: Sendable {
        let spendID: String
        let spend: Result<SpendUnderWay, any Error>
    }

    /// Reads ahead while earlier spends commit, so that a stream fills whole batches; answers in order.
    ///
    /// Spends begin in the order of the stream, and so does each card's queue. When reading fails, those that have
    /// begun are answered all the same, and then the stream fails.
    private func record(
        _ requests: RPCMessages<Multibrand_V1_RecordSpendRequest>,
        to writer: RPCWriter<Multibrand_V1_RecordSpendsResponse>, _ context: RPCContext,
        _ audit: @escaping @Sendable (Multibrand_V1_RecordSpendRequest) throws -> AuditEntry?
    ) async throws {
        let begun = BoundedQueue<Begun>(elementsMax: Self.window)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do {
                        for try await request in requests {
                            try await begun.untilRoom()
                            begun.append(begin(request, context, audit))
                        }
                        begun.finish()
                    } catch {
                        begun.finish(throwing: error)
                    }
                }
                group.addTask {
                    while let next = try await begun.next() { try await writer.send(await answer(next, context)) }
                }
                try await group.waitForAll()
            }
        } catch {
            // Nobody hears of these. What no batch has taken is taken back, the others are waited for.
            let unheard = begun.takeAll().compactMap { try? $0.spend.get() }
            for spend in unheard { spend.cancel() }
            for spend in unheard { _ = try? await spend.answer() }
            throw error
        }
    }

    private func begin(
        _ request: Multibrand_V1_RecordSpendRequest, _ context: RPCContext,
        _ audit: (Multibrand_V1_RecordSpendRequest) throws -> AuditEntry?
    ) -> Begun {
        Begun(
            // What cannot be an id is refused, and not sent back: it may be long, and a stream keeps many answers.
            spendID: IdentifierRule.check(request.spend.spendID) ? request.spend.spendID : "",
            spend: Result {
                recordSpend.begin(
                    try SpendRequest(request.spend), previewToken: request.previewToken, deadline: context.deadline,
                    audit: try audit(request))
            })
    }

    private func answer(_ begun: Begun, _ context: RPCContext) async -> Multibrand_V1_RecordSpendsResponse {
        var response = Multibrand_V1_RecordSpendsResponse()
        response.spendID = begun.spendID
        do {
            response.recorded = Multibrand_V1_RecordSpendResponse(try await begun.spend.get().answer())
        } catch {
            response.error = Multibrand_V1_SpendError(refusals.refusal(error, context.path))
        }
        return response
    }
}

extension Multibrand_V1_SpendError {
    /// The same words and reasons as the unary call's status.
    init(_ error: RPCError) {
        self.init()
        let info = error.errorInfo
        code = Int32(error.code.rawValue)
        reason = info?.reason ?? ""
        message = error.message
        outcome = info?.metadata["outcome"] ?? EffectOutcome.unknown.rawValue
    }
}
