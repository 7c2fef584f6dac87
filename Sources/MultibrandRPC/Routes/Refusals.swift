import Cosmo
import Logging
import PostgreSQL
import RPC
import Rewards
import Wallet

/// Turns what a use case throws into the error that the caller gets (I-12).
struct Refusals: Sendable {
    /// Who defines the reasons.
    static let domain = "multibrand"

    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// Runs a use case and maps what it throws.
    func mapping<Answer>(_ path: String, _ body: () async throws -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch {
            throw refusal(error, path)
        }
    }

    /// The error that the caller gets; a fault of ours is logged too.
    func refusal(_ error: any Error, _ path: String) -> RPCError {
        switch error {
        case let error as RPCError:
            return error
        case let error as any UseCaseError:
            return Self.rpcError(error)
        case let error as WalletError:
            return Self.rpcError(WalletMessageRefusal(error), cause: error)
        case is CancellationError:
            return Self.rpcError(.cancelled, "the call ended before an answer was there", outcome: .unknown, error)
        case let error as CosmoError:
            return Self.rpcError(CosmoFailure(error))
        case let error as PostgresError:
            logger.callFailed(error, ["path": "\(path)"])
            return Self.rpcError(DatabaseFault(error), cause: error)
        default:
            logger.error("internal failure", metadata: ["path": "\(path)", "error": "\(error)"])
            return Self.rpcError(
                .internalFault, "a fault of ours; the log has it. Equal calls are safe to repeat", outcome: .unknown,
                error)
        }
    }

    /// - Parameters:
    ///   - outcome: Where it is another than the error's own.
    ///   - cause: What the error was made of, for operators; nil for the error itself.
    static func rpcError(
        _ error: any UseCaseError, outcome: EffectOutcome? = nil, cause: (any Error)? = nil
    ) -> RPCError {
        var facts = ["outcome": (outcome ?? error.outcome).rawValue]
        if let field = error.field { facts["field"] = field }
        return RPCError(
            RPCStatusCode(error.kind), error.message, reason: error.reasonText, domain: domain, facts: facts,
            cause: cause ?? error)
    }

    /// An error of the door's own.
    private static func rpcError(
        _ reason: DoorReason, _ message: String, outcome: EffectOutcome, _ cause: any Error
    ) -> RPCError {
        RPCError(
            RPCStatusCode(reason.kind), message, reason: reason.rawValue, domain: domain,
            facts: ["outcome": outcome.rawValue], cause: cause)
    }
}
