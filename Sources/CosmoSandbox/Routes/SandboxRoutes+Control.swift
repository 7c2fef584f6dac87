import Foundation
import HTTPTypes
import Hummingbird
import Synchronization

extension SandboxRoutes {
    /// The control interface for tests and demonstrations, below `/sandbox`; Cosmo has nothing like it.
    func addControl(to router: Router<SandboxContext>) {
        router.get("sandbox/state") { _, _ in try control { .ok(try stateDump()) } }
        router.get("sandbox/books") { _, _ in
            try control { .ok(try .of(core.state.withLock { $0.books.allBalances() })) }
        }
        router.get("sandbox/transactions") { _, _ in
            try control { .ok(try .of(core.state.withLock { $0.books.transactions })) }
        }
        router.get("sandbox/deliveries") { request, _ in
            try control { .ok(try deliveries(request.uri.queryParameters["state"].map(String.init))) }
        }
        router.post("sandbox/deliveries/deliver-now") { _, _ in
            try control { .ok(.object(["due": .integer(Int64(core.deliverNow()))])) }
        }
        router.get("sandbox/switches") { _, _ in try control { .ok(try .of(core.switches)) } }
        router.patch("sandbox/switches") { request, _ in
            let body = try await json(request)
            return try control { .ok(try changeSwitches(body)) }
        }
        router.get("sandbox/faults") { _, _ in
            try control { .ok(try .of(core.state.withLock { $0.faults.faults })) }
        }
        router.put("sandbox/faults") { request, _ in
            let body = try await json(request)
            return try control { .ok(try setFaults(body)) }
        }
        router.put("sandbox/webhooks") { request, _ in
            let body = try await json(request)
            return try control { .ok(try setWebhooks(body)) }
        }
        router.post("sandbox/connection-events") { request, _ in
            let body = try await json(request)
            let events: [SandboxConnectionEvent]
            do {
                if case .array = body {
                    events = try body?.decoded([SandboxConnectionEvent].self) ?? []
                } else {
                    events = [try (body ?? .null).decoded(SandboxConnectionEvent.self)]
                }
            } catch {
                return try control {
                    throw SandboxInputError("an event needs sourceUserId, destinationProgramId and type")
                }
            }
            let ids = try await core.queue(events: events)
            return try control { .ok(.object(["deliveries": .array(ids.map { .integer(Int64($0)) })])) }
        }
        router.post("sandbox/tokens/revoke") { _, _ in
            try control {
                core.tokens.revokeAll()
                return .ok(.object([:]))
            }
        }
        router.post("sandbox/reload") { _, _ in
            try control {
                try core.reload()
                return .ok(.object(["programs": .integer(Int64(core.state.withLock { $0.rules.data.programs.count }))]))
            }
        }
        router.post("sandbox/reset") { _, _ in
            try await core.reset()
            return try control { .ok(.object([:])) }
        }
    }

    /// A control answer: its value, or what was wrong with the input as 400.
    private struct ControlAnswer {
        let value: WireValue
        static func ok(_ value: WireValue) -> ControlAnswer { .init(value: value) }
    }

    private func control(_ body: () throws -> ControlAnswer) throws -> Response {
        do {
            return response(.ok, try body().value)
        } catch let error as SandboxInputError {
            return response(.badRequest, .object(["message": .string(error.description)]))
        }
    }

    private func stateDump() throws -> WireValue {
        let (balances, members) = core.state.withLock { state in
            let members: [String: WireValue] = [
                "transactions": .integer(Int64(state.books.transactions.count)),
                "pendingDeliveries": .integer(Int64(state.books.count(of: .pending))),
                "deliveredDeliveries": .integer(Int64(state.books.count(of: .delivered))),
                "failedDeliveries": .integer(Int64(state.books.count(of: .failed))),
                "calls": .object(state.calls.mapValues { .integer(Int64($0)) }),
            ]
            return (state.books.allBalances(), members)
        }
        var dump = members
        dump["points"] = .integer(balances.reduce(0) { $0 &+ $1.points })
        dump["books"] = try .of(balances)
        return .object(dump)
    }

    private func deliveries(_ wanted: String?) throws -> WireValue {
        var state: SandboxDelivery.State?
        if let wanted {
            state = SandboxDelivery.State(rawValue: wanted)
            guard state != nil else { throw SandboxInputError("state must be pending, delivered or failed") }
        }
        let all = core.state.withLock { $0.books.deliveries.values.sorted { $0.id < $1.id } }
        return try .of(all.filter { state == nil || $0.state == state })
    }

    private func changeSwitches(_ body: WireValue?) throws -> WireValue {
        guard case .object(let changes)? = body else {
            throw SandboxInputError("the body must be an object of switches")
        }
        let changed = try core.state.withLock { state in
            state.rules.switches = try state.rules.switches.changed(by: changes)
            return state.rules.switches
        }
        return try .of(changed)
    }

    private func setFaults(_ body: WireValue?) throws -> WireValue {
        guard let faults = try? body?.decoded([SandboxFault].self) else {
            throw SandboxInputError("the body must be an array of faults, each with at least a kind")
        }
        core.state.withLock { $0.faults = FaultSchedule(faults) }
        return try .of(faults)
    }

    private func setWebhooks(_ body: WireValue?) throws -> WireValue {
        guard case .object(let members)? = body else {
            throw SandboxInputError("the body must be an object with transaction, programConnection or both")
        }
        for (name, value) in members {
            guard let kind = SandboxWebhookKind(rawValue: name) else {
                throw SandboxInputError("there is no webhook kind named \(name)")
            }
            let endpoint = value == .null ? nil : try SandboxWebhookEndpoint(value)
            core.setEndpoint(kind, endpoint)
        }
        return .object(["set": .array(members.keys.sorted().map { .string($0) })])
    }
}
