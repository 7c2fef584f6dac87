import SwiftProtobuf
import Synchronization

/// The standard health service `grpc.health.v1.Health`: how the server and each of its services are.
///
/// The empty name means the server as a whole.
///
/// **Concurrency** May be used from any task.
package final class HealthService: Sendable {
    /// How a service is.
    package enum Status: Sendable {
        /// It works.
        case serving
        /// It does not work at the moment.
        case notServing
    }

    private struct State {
        var statuses: [String: Status]
        var watchers: [Int: (service: String, continuation: AsyncStream<Status?>.Continuation)] = [:]
        var nextWatcher = 0
    }

    private let state: Mutex<State>

    /// Makes a health service in which the server as a whole is as given.
    package init(server: Status = .notServing) {
        state = Mutex(State(statuses: ["": server]))
    }

    /// Says how a service is; those who watch it hear of a change.
    package func set(_ status: Status, for service: String = "") {
        state.withLock { state in
            guard state.statuses[service] != status else { return }
            state.statuses[service] = status
            for watcher in state.watchers.values where watcher.service == service {
                watcher.continuation.yield(status)
            }
        }
    }

    /// Says that nothing works any more, before a server leaves.
    package func setAllNotServing() {
        for service in state.withLock({ Array($0.statuses.keys) }) { set(.notServing, for: service) }
    }

    /// How a service is; `nil` for a name that was never set.
    package func status(of service: String = "") -> Status? {
        state.withLock { $0.statuses[service] }
    }

    /// The state now and then each change; a slow reader misses states in between, never the last.
    func watch(_ service: String) -> AsyncStream<Status?> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let id = state.withLock { state in
                state.nextWatcher += 1
                state.watchers[state.nextWatcher] = (service, continuation)
                continuation.yield(state.statuses[service])
                return state.nextWatcher
            }
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { $0.watchers[id] = nil }
            }
        }
    }
}

extension RPCMethodLimits {
    /// Anybody may ask for health, without a key. The number of these calls is not limited: a client that kept that
    /// many open could make an orchestrator believe that the server is ill.
    static let healthCheck = RPCMethodLimits(messageBytesMax: 1024, keepsConnection: false)
    /// Streams that stay: what balancers need, which watch one name or two.
    static let healthWatch = RPCMethodLimits(
        messageBytesMax: 1024, callsPerConnectionMax: 4, callsMax: 8192, keepsConnection: false)
    /// Anybody may ask for reflection: a question's length, and what a few people at their tools need.
    static let reflection = RPCMethodLimits(
        messageBytesMax: 4096, callsPerConnectionMax: 4, callsMax: 64, keepsConnection: false)
}

extension RPCRouter {
    /// Adds `grpc.health.v1.Health`.
    ///
    /// **Guarantees** What it holds is bounded, since it is asked without a key: requests of a kilobyte, 4 watches
    /// a connection, 8,192 in all.
    package mutating func add(_ health: HealthService) {
        unary("/grpc.health.v1.Health/Check", limits: .healthCheck) {
            (request: Grpc_Health_V1_HealthCheckRequest, _) -> Grpc_Health_V1_HealthCheckResponse in
            guard let status = health.status(of: request.service) else {
                throw RPCError(.notFound, "the server does not know this service")
            }
            return .with { $0.status = status == .serving ? .serving : .notServing }
        }
        serverStreaming("/grpc.health.v1.Health/Watch", limits: .healthWatch) {
            (request: Grpc_Health_V1_HealthCheckRequest, writer: RPCWriter<Grpc_Health_V1_HealthCheckResponse>, _) in
            for await status in health.watch(request.service) {
                try await writer.send(
                    .with {
                        switch status {
                        case .serving: $0.status = .serving
                        case .notServing: $0.status = .notServing
                        case nil: $0.status = .serviceUnknown
                        }
                    })
            }
            try Task.checkCancellation()
        }
    }
}
