import Cosmo
import Logging
import PostgreSQL
import RPC
import Rewards

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
            throw told(error, path)
        }
    }

    /// The error that the caller gets; a fault of ours is logged too.
    func told(_ error: any Error, _ path: String) -> RPCError {
        switch error {
        case let error as RPCError:
            return error
        case let error as any UseCaseError:
            return Self.rpcError(error)
        case is CancellationError:
            return Self.rpcError(.cancelled, "the call ended before an answer was there", outcome: .unknown, error)
        case let error as CosmoError:
            return Self.rpcError(CosmoFailure(error))
        case let error as PostgresError where error.isLockBusy:
            return Self.rpcError(
                .contention, "another transaction holds the card's row; nothing was done: make the same call again",
                outcome: .notApplied, error)
        case let error as PostgresError where error.isAbsence:
            logger.failed("a call failed at the database", error, ["path": "\(path)"])
            return Self.databaseUnavailable(error)
        default:
            logger.error("internal failure", metadata: ["path": "\(path)", "error": "\(error)"])
            return Self.rpcError(
                .internalFault, "a fault of ours; the log has it. Equal calls are safe to repeat", outcome: .unknown,
                error)
        }
    }

    /// - Parameter outcome: Where it is another than the error's own.
    static func rpcError(_ error: any UseCaseError, outcome: EffectOutcome? = nil) -> RPCError {
        var facts = ["outcome": (outcome ?? error.outcome).rawValue]
        if let field = error.field { facts["field"] = field }
        return RPCError(
            RPCStatusCode(error.kind), error.message, reason: error.reasonText, domain: domain, facts: facts,
            cause: error)
    }

    /// A database that is away is said to be so; whether a commit took effect is never guessed.
    private static func databaseUnavailable(_ error: PostgresError) -> RPCError {
        let outcome: EffectOutcome = error.mayHaveTakenEffect ? .unknown : .notApplied
        return rpcError(
            .databaseUnavailable, "the database cannot answer now; try again", outcome: outcome, error)
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

extension PostgresError {
    /// Whether the database is away or overloaded for now, and not at odds with a statement of ours.
    fileprivate var isAbsence: Bool {
        isConnectivity || kind == .timeout || isRetryable || saysServerIsUnavailable
    }

    /// Whether the statement or commit that failed may have taken effect all the same.
    fileprivate var mayHaveTakenEffect: Bool {
        switch kind {
        case .commitOutcomeUnknown, .connectionLost: true
        default: false
        }
    }
}
