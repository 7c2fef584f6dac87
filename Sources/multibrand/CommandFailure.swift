import ArgumentParser
import Cosmo
import Foundation
import MultibrandServer
import PostgreSQL
import PostgreSQLCluster
import RPC
import Rewards

/// How a command ends when it does not end well: words for people, a code for scripts.
struct CommandFailure: Error {
    let status: ExitStatus
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    /// What an error means for the command line; nil when the argument parser knows better (usage, help, exit codes).
    init?(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as RPCError: self.init(error)
        case let error as ConfigurationError: self.init(.failed, error.description)
        case let error as PurchaseProblem: self.init(.refused, error.message)
        case let error as PostgresError: self.init(error.isConnectivity ? .unavailable : .failed, error.description)
        case let error as MigrationError: self.init(.failed, "\(error)")
        case let error as PostgresClusterError: self.init(.failed, "\(error)")
        case let error as CosmoConfigurationError: self.init(.failed, error.description)
        case is CancellationError: self.init(.failed, "interrupted")
        case is ExitCode, is ValidationError, is CleanExit: return nil
        default:
            let kind = String(reflecting: type(of: error))
            if kind.hasPrefix("ArgumentParser.") { return nil }
            self.init(.failed, "\(error)")
        }
    }

    /// What a service's refusal means for the command line.
    private init(_ error: RPCError) {
        let info = error.errorInfo
        let outcome = info?.metadata["outcome"] ?? ""
        var message = error.message
        if let reason = info?.reason, !reason.isEmpty { message += " [\(reason)]" }
        // The reason says more than the status; one from a newer service than this program is known by its status alone.
        let kind = (info?.reason).flatMap(ErrorTable.row)?.kind ?? FaultKind(error.code)
        let status = ExitStatus(kind)
        if error.code == .unavailable, info == nil {
            message = "the service cannot be reached (\(message)); is it running, and is --address right?"
        }
        self.init(outcome == "unknown" && status != .notAllowed ? .outcomeUnknown : status, message)
    }
}
