import Access
import Explanation
import MultibrandAPI
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
        routes.unary("RecordSpend", .platform) { (request: Multibrand_V1_RecordSpendRequest, context) in
            Multibrand_V1_RecordSpendResponse(
                try await recordSpend.record(
                    SpendRequest(request.spend), previewToken: request.previewToken, deadline: context.deadline))
        }
        routes.bidirectional(
            "RecordSpends", .platform, limits: RPCMethodLimits(messageBytesMax: Self.streamedBytesMax)
        ) {
            (
                requests: RPCMessages<Multibrand_V1_RecordSpendRequest>,
                writer: RPCWriter<Multibrand_V1_RecordSpendsResponse>, context
            ) in
            try await record(requests, to: writer, context)
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

    /// Reads ahead while earlier spends commit, so that a stream fills whole batches; answers in order.
    ///
    /// Each spend begins at once and in place, so that a card's spends queue in the order of the stream. When reading
    /// fails, those that have begun are answered all the same, and then the stream fails.
    private func record(
        _ requests: RPCMessages<Multibrand_V1_RecordSpendRequest>,
        to writer: RPCWriter<Multibrand_V1_RecordSpendsResponse>, _ context: RPCContext
    ) async throws {
        let answers = AnswerQueue<Multibrand_V1_RecordSpendsResponse>(window: Self.window)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let failure = await withDiscardingTaskGroup { spends -> (any Error)? in
                    do {
                        for try await request in requests {
                            let place = try await answers.reserve()
                            spends.addImmediateTask { answers.fill(place, await answer(to: request, context)) }
                        }
                        return nil
                    } catch {
                        return error
                    }
                }
                answers.finish(throwing: failure)
            }
            group.addTask {
                while let answer = try await answers.next() { try await writer.send(answer) }
            }
            try await group.waitForAll()
        }
    }

    private func answer(
        to request: Multibrand_V1_RecordSpendRequest, _ context: RPCContext
    ) async -> Multibrand_V1_RecordSpendsResponse {
        var response = Multibrand_V1_RecordSpendsResponse()
        // What cannot be an id is refused below, and not sent back: it may be long, and a stream keeps many answers.
        response.spendID = IdentifierRule.check(request.spend.spendID) ? request.spend.spendID : ""
        do {
            let answer = try await recordSpend.record(
                SpendRequest(request.spend), previewToken: request.previewToken, deadline: context.deadline)
            response.recorded = Multibrand_V1_RecordSpendResponse(answer)
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
