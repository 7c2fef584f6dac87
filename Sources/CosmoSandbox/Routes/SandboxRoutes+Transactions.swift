import Foundation
import HTTPTypes
import Hummingbird
import Synchronization

extension SandboxRoutes {
    /// Preview, issuance and both reads (contract section 5).
    func addTransactions(to router: Router<SandboxContext>) {
        router.post("transactions/preview") { request, context in
            try await answer("POST /transactions/preview", .preview, context) { _ in
                try requireToken(request)
                return try await preview(request)
            }
        }
        router.post("transactions") { request, context in
            try await answer("POST /transactions", .issuance, context) { struck in
                try requireToken(request)
                return try await issue(request, context, struck)
            }
        }
        router.get("transactions/:id") { request, context in
            try await answer("GET /transactions/{id}", .read, context) { _ in
                try requireToken(request)
                let id = try programID(context)
                let (found, rules) = core.state.withLock { state in
                    let byReference =
                        state.rules.switches.referenceLookup ? state.books.transaction(reference: id) : nil
                    return (state.books.transaction(id: id) ?? byReference, state.rules)
                }
                guard let found else { throw SandboxRefusal(.unknownTransaction) }
                return response(.ok, readShape(found, rules))
            }
        }
        router.get("transactions") { request, context in
            try await answer("GET /transactions", .read, context) { _ in
                try requireToken(request)
                return try list(request)
            }
        }
    }

    private func preview(_ request: Request) async throws -> Response {
        let body = try await json(request)
        var messages: [String] = []
        if body?["programId"]?.string == nil { messages.append("programId must be a string") }
        if body?["value"]?.integer == nil { messages.append("value must be an integer number") }
        guard let id = body?["programId"]?.string, let value = body?["value"]?.integer, value > 0 else {
            throw SandboxRefusal(
                .missingFields, messages: messages.isEmpty ? ["value must be a positive number"] : messages)
        }
        let rules = core.rules
        let program = try SandboxCore.program(id, in: rules)
        let points = try SandboxCore.points(value: value, program: program, switches: rules.switches)
        return created(.object(["totalPoints": .integer(points)]))
    }

    private func issue(
        _ request: Request, _ context: SandboxContext, _ struck: SandboxFault?
    ) async throws -> Response {
        let order = try IssuanceRequest(try await json(request))
        switch try await core.issue(order) {
        case .lost:
            try await hold(context)
            throw AnswerLost()
        case .issued(let transaction, let deliveries, let effect):
            core.queue.add(deliveries)
            if effect == .timeoutCommitted { try await hold(context) }
            try await applyAfter(struck, context)
            let switches = core.switches
            if switches.webhookBeforeAnswer { await waitForAttempt(deliveries) }
            if effect == .slow { try await pause(milliseconds: switches.slowMilliseconds) }
            let points: WireValue =
                switches.issuedPointsStyle == .number
                ? .integer(transaction.points) : .string(String(transaction.points))
            return created(
                .object([
                    "id": .string(transaction.id), "totalPoints": points,
                    "referenceNumber": .string(transaction.referenceNumber),
                    "date": .string(SandboxCore.iso8601(transaction.createdAtMilliseconds)),
                ]))
        }
    }

    /// Waits until each delivery was attempted once, for the order "webhook first"; gives up after two seconds.
    private func waitForAttempt(_ deliveries: [UInt64]) async {
        let deadline = ContinuousClock().now + .seconds(2)
        while ContinuousClock().now < deadline {
            let isAttempted = core.state.withLock { state in
                deliveries.allSatisfy { (state.books.deliveries[$0]?.attempts ?? 1) > 0 }
            }
            if isAttempted { return }
            // The books only count attempts; nothing signals one.
            try? await pause(milliseconds: 2)
            if Task.isCancelled { return }
        }
    }

    private func list(_ request: Request) throws -> Response {
        let rules = core.rules
        guard rules.switches.intervalListing else { throw SandboxRefusal(.unknownTransaction) }
        func seconds(_ name: String) -> Int64? {
            guard let text = request.uri.queryParameters[Substring(name)], text.utf8.count == 10 else { return nil }
            return Int64(text)
        }
        guard let from = seconds("startDate"), let to = seconds("endDate") else {
            throw SandboxRefusal(
                .missingFields, messages: ["startDate and endDate must be epoch seconds of 10 digits"])
        }
        let programID = request.uri.queryParameters["programId"].map(String.init)
        let found = core.state.withLock { state in
            state.books.transactions(fromSeconds: from, toSeconds: to, programID: programID)
        }
        return response(.ok, .array(found.map { readShape($0, rules) }))
    }

    /// One element of the listing, the shape of every read (contract section 5.4).
    private func readShape(_ transaction: SandboxTransaction, _ rules: SandboxCore.Rules) -> WireValue {
        let name = rules.data.programs.first { $0.id == transaction.programID }?.name
        return .compact([
            "id": .string(transaction.id), "referenceNumber": .string(transaction.referenceNumber),
            "sourceValue": .integer(transaction.value), "description": .text(transaction.note),
            "createdAt": .string(SandboxCore.iso8601(transaction.createdAtMilliseconds)),
            "pointTransactions": .array([
                .object([
                    "destinationNumberOfPoints": .string(String(transaction.points)),
                    "type": .string(transaction.isBonus ? "BONUS" : "BASE"),
                ])
            ]),
            "partnership": .object([
                "destination": .object(["name": .text(name), "programId": .string(transaction.programID)])
            ]),
            "status": rules.switches.emitsStatus ? .string("COMPLETED") : nil,
        ])
    }
}
