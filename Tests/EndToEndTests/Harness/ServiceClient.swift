import Logging
import MultibrandAPI
import RPC
import SwiftProtobuf

/// A card platform's or an operator's connection to the service.
struct ServiceClient: Sendable {
    let rpc: RPCClient

    /// Makes one call: `Service/Method` of `multibrand.v1`.
    func call<Request: Message, Response: Message>(
        _ method: String, _ request: Request, timeout: Duration = .seconds(60), answering: Response.Type = Response.self
    ) async throws -> Response {
        try await rpc.unary("/multibrand.v1.\(method)", request, timeout: timeout)
    }

    func record(
        _ spend: Multibrand_V1_Spend, timeout: Duration = .seconds(60)
    ) async throws -> Multibrand_V1_RecordSpendResponse {
        try await call(
            "SpendService/RecordSpend", Multibrand_V1_RecordSpendRequest.with { $0.spend = spend }, timeout: timeout)
    }

    func preferences(_ cardID: String) async throws -> Multibrand_V1_Preferences {
        try await call(
            "PreferenceService/GetPreferences", Multibrand_V1_GetPreferencesRequest.with { $0.cardID = cardID })
    }

    func overview() async throws -> Multibrand_V1_Overview {
        try await call("AdminService/GetOverview", Multibrand_V1_GetOverviewRequest())
    }
}

extension Stack {
    /// Lends a connection with the operator's key.
    func connected<Result: Sendable>(
        key: String? = operatorKey, _ body: (ServiceClient) async throws -> Result
    ) async throws -> Result {
        var configuration = RPCClientConfiguration(host: "127.0.0.1", port: service.rpcPort)
        configuration.reconnectDelayMax = .milliseconds(200)
        if let key { configuration.metadata.add("authorization", "Bearer \(key)") }
        return try await RPCClient.with(configuration, logger: Self.quietLogger) { rpc in
            try await body(ServiceClient(rpc: rpc))
        }
    }
}

/// What a call that failed said, for comparing.
struct Refusal: Hashable, Sendable, CustomStringConvertible {
    let code: RPCStatusCode
    let reason: String
    let outcome: String

    init(_ code: RPCStatusCode, _ reason: String, outcome: String = "not_applied") {
        self.code = code
        self.reason = reason
        self.outcome = outcome
    }

    init(_ error: RPCError) {
        code = error.code
        reason = error.errorInfo?.reason ?? ""
        outcome = error.errorInfo?.metadata["outcome"] ?? ""
    }

    var description: String { "\(code) \(reason) \(outcome)" }

    /// How a call fails; nil when it does not.
    static func of<Answer>(_ call: () async throws -> Answer) async throws -> Refusal? {
        do {
            _ = try await call()
            return nil
        } catch let error as RPCError {
            return Refusal(error)
        }
    }
}
