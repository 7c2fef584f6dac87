import ArgumentParser
import Cosmo
import Foundation
import MultibrandServer
import NIOCore
import NIOPosix
import PostgreSQL
import PostgreSQLCluster
import RPC
import Rewards
import TLS

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
        case let error as PostgresError: self.init(error.meaning.isOutage ? .unavailable : .failed, error.description)
        case let error as TLSError: self.init(.failed, "\(error)")
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

    /// Why no call got through, and what to look at.
    private static func unreachable(_ error: RPCError) -> String {
        switch error.cause {
        case let tls as TLSError:
            return
                "TLS with the service failed: \(tls); does it speak TLS at --address, and does --tls-authority name "
                + "the authority that signed its certificate?"
        case let connection as NIOConnectionError:
            let isUnresolved = connection.connectionErrors.isEmpty
            let first = (connection.connectionErrors.first?.error as? IOError).map {
                String(cString: strerror($0.errnoCode))
            }
            return isUnresolved
                ? "the name \(connection.host) cannot be resolved; is --address right?"
                : "the service at \(connection.host):\(connection.port) cannot be reached "
                    + "(\(first ?? "no connection")); is it running, and is --address right?"
        default:
            let hint = error.message.contains("closed the connection") ? "; if it speaks TLS, give --tls" : ""
            return "the service cannot be reached (\(error.message)); is it running, and is --address right?\(hint)"
        }
    }

    /// What a service's refusal means for the command line.
    private init(_ error: RPCError) {
        let info = error.errorInfo
        let outcome = info?.metadata["outcome"] ?? ""
        var message = error.message
        if let reason = info?.reason, !reason.isEmpty { message += " [\(reason)]" }
        // The reason says more than the status; one from a newer service than this program is known by its status
        // alone.
        let kind = (info?.reason).flatMap(ErrorTable.row)?.kind ?? FaultKind(error.code)
        let status = ExitStatus(kind)
        if error.code == .unavailable, info == nil { message = Self.unreachable(error) }
        if error.code == .deadlineExceeded, info == nil {
            message = "no answer came in time (\(error.message)); --timeout says how many seconds to wait"
        }
        self.init(
            outcome == "unknown" && status != .notAllowed ? .outcomeUnknown : status, CommandWords.translated(message))
    }
}
