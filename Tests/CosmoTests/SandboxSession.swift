import Foundation
import Logging
import Testing

@testable import Cosmo
@testable import CosmoSandbox

/// A running sandbox and a client of it, for the time of one test.
struct SandboxSession: Sendable {
    let sandbox: CosmoSandbox
    let client: CosmoClient
    let baseURL: String

    static func configuration(_ baseURL: String, environment: CosmoEnvironment = .sandbox) -> CosmoConfiguration {
        CosmoConfiguration(
            environment: environment, apiBaseURL: baseURL,
            credentials: CosmoCredentials(clientID: "demo-client", clientSecret: "demo-secret"), authBaseURL: baseURL,
            widgetAuthBaseURL: baseURL,
            widgetLaunchURLTemplates: [.multibrand: "\(baseURL)/widget/multibrand?token={token}"])
    }

    static func quietLogger() -> Logger {
        var logger = Logger(label: "cosmo-tests")
        logger.logLevel = .critical
        return logger
    }

    /// Runs a sandbox and a client around a body and stops both, whatever happens.
    static func run(
        _ sandboxConfiguration: CosmoSandboxConfiguration = CosmoSandboxConfiguration(),
        client adjust: (inout CosmoConfiguration) -> Void = { _ in },
        audit: @escaping CosmoClient.Audit = { _ in },
        _ body: @Sendable @escaping (SandboxSession) async throws -> Void
    ) async throws {
        let sandbox = try CosmoSandbox(configuration: sandboxConfiguration, logger: quietLogger())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sandbox.run() }
            let baseURL = try await sandbox.baseURL
            var configuration = configuration(baseURL)
            adjust(&configuration)
            let client = try CosmoClient(configuration: configuration, logger: quietLogger(), audit: audit)
            let session = SandboxSession(sandbox: sandbox, client: client, baseURL: baseURL)
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(session)) } catch { outcome = .failure(error) }
            await client.shutdown()
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
            try outcome.get()
        }
    }

    /// An issuance request with an account and reference of its own.
    static func request(
        _ reference: String, programID: String = "prg_sky", value: Int64 = 25, currency: String = "USD",
        userID: String = "M-1001"
    ) -> CosmoIssuanceRequest {
        CosmoIssuanceRequest(
            programID: programID, value: value, currency: currency, account: CosmoAccount(userID: userID),
            referenceNumber: reference)
    }

    /// The error of a call that must fail.
    static func failure<Value>(_ call: () async throws(CosmoError) -> Value) async -> CosmoError? {
        do throws(CosmoError) {
            _ = try await call()
            Issue.record("the call was expected to fail")
            return nil
        } catch {
            return error
        }
    }
}
