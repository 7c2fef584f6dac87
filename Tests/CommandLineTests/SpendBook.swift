import Logging
import MultibrandAPI
import NIOCore
import RPC
import SwiftProtobuf
import Synchronization

@testable import multibrand

/// A spend service on a real socket that records ids, and fails in the ways a real one may.
///
/// With a seed it cuts streams before and after recording and answers overload, at random; ids that end in 7 have no
/// card.
final class SpendBook: Sendable {
    private struct State {
        var recorded: Set<String> = []
        var amounts: [String: Int64] = [:]
        var received = 0
        var cuts = 0
        var random: UInt64
        var refusedFrom: String?
        var refusesCallers = false

        mutating func roll(_ sides: UInt64) -> UInt64 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (random >> 33) % sides
        }
    }

    private let isUnreliable: Bool
    private let state: Mutex<State>

    init(seed: UInt64?) {
        isUnreliable = seed != nil
        state = Mutex(State(random: seed ?? 0))
    }

    var recorded: Set<String> { state.withLock { $0.recorded } }
    var amounts: [String: Int64] { state.withLock { $0.amounts } }
    var received: Int { state.withLock { $0.received } }
    var cuts: Int { state.withLock { $0.cuts } }

    /// Answers UNAVAILABLE for this id until the test changes it.
    func refuseFrom(id: String?) { state.withLock { $0.refusedFrom = id } }
    func refuseCallers() { state.withLock { $0.refusesCallers = true } }

    /// Serves on a free port and lends a connection.
    func serve<Result: Sendable>(_ body: @escaping @Sendable (AdminConnection) async throws -> Result) async throws
        -> Result
    {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var router = RPCRouter()
        router.bidirectional("/multibrand.v1.SpendService/RecordSpends") {
            (
                requests: RPCMessages<Multibrand_V1_RecordSpendRequest>,
                writer: RPCWriter<Multibrand_V1_RecordSpendsResponse>, _
            ) in
            if self.state.withLock({ $0.refusesCallers }) { throw RPCError(.unauthenticated, "no such key") }
            for try await request in requests {
                try await writer.send(try self.answer(request.spend.spendID, request.spend.amount.minorUnits))
            }
        }
        var configuration = RPCServerConfiguration(host: "127.0.0.1", port: 0)
        configuration.drainDeadline = .seconds(5)
        let server = RPCServer(configuration: configuration, router: router, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let port = try await server.listeningAddress.port ?? 0
            defer { server.beginGracefulShutdown() }
            return try await RPCClient.with(.init(host: "127.0.0.1", port: port), logger: logger) { client in
                try await body(AdminConnection(client: client, timeout: .seconds(300), json: false))
            }
        }
    }

    private func answer(_ id: String, _ amount: Int64) throws -> Multibrand_V1_RecordSpendsResponse {
        try state.withLock { state in
            state.received += 1
            if id == state.refusedFrom { return .error(id, .unavailable, "SHUTTING_DOWN") }
            let roll = isUnreliable ? state.roll(40) : 40
            if roll == 0 { try cut(&state) }
            if roll == 1 { return .error(id, .resourceExhausted, "OVERLOADED") }
            if roll == 2 { return .error(id, .unavailable, "COMMIT_UNKNOWN", outcome: "unknown") }
            if isUnreliable, id.hasSuffix("7") { return .error(id, .notFound, "UNKNOWN_CARD") }
            if let known = state.amounts[id], known != amount { return .error(id, .alreadyExists, "SPEND_CONFLICT") }
            state.amounts[id] = amount
            let isNew = state.recorded.insert(id).inserted
            if roll == 3 { try cut(&state) }
            return .recorded(id, replayed: !isNew)
        }
    }

    private func cut(_ state: inout State) throws {
        state.cuts += 1
        throw RPCError(.unavailable, "the connection broke")
    }
}
