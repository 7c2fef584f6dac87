import Foundation
import MultibrandServer
import RPC
import Rewards

/// The table of errors as a terminal, a program and docs/errors.md show it.
enum ErrorTableText {
    /// One line a reason.
    static func table(_ rows: [ErrorRow]) -> String {
        var table = TextTable([
            .text("reason"), .text("gRPC"), .number("HTTP"), .number("exit"), .text("outcome"), .text("id"),
            .text("what to do"),
        ])
        for row in rows {
            table.add([
                row.reason, row.rpcStatus?.description ?? "-", "\(row.httpStatus)", exit(row), outcomes(row),
                row.key.rawValue, row.remedy,
            ])
        }
        return table.rendered()
    }

    /// All that is known of one reason.
    static func paragraph(_ row: ErrorRow) -> String {
        """
        \(row.reason): \(row.meaning)
          what to do   \(row.remedy)
          outcome      \(outcomes(row))
          the id       \(row.key.words)
          gRPC         \(row.rpcStatus?.description ?? "-")
          HTTP         \(row.httpStatus)
          exit code    \(exit(row))
          given by     \(row.givers.joined(separator: ", "))
        """
    }

    /// The same facts for programs.
    static func json(_ rows: [ErrorRow]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(rows.map(Row.init)), as: UTF8.self)
    }

    /// What happened to the thing asked for, as the machine-readable field writes it.
    static func outcomes(_ row: ErrorRow) -> String { row.outcomes.map(\.rawValue).joined(separator: " or ") }

    /// The exit code; an unknown outcome has one of its own, whatever the kind.
    static func exit(_ row: ErrorRow) -> String {
        row.rpcStatus == nil ? "-" : exitCodes(row).map { "\($0)" }.joined(separator: " or ")
    }

    /// Each code once, in the order of the outcomes.
    private static func exitCodes(_ row: ErrorRow) -> [Int32] {
        guard row.rpcStatus != nil else { return [] }
        var codes: [Int32] = []
        for outcome in row.outcomes {
            let code = (outcome == .unknown ? ExitStatus.outcomeUnknown : ExitStatus(row.kind)).rawValue
            if !codes.contains(code) { codes.append(code) }
        }
        return codes
    }

    private struct Row: Encodable {
        let reason: String
        let kind: String
        let givenBy: [String]
        let grpcStatus: String?
        let httpStatus: Int
        let exitCodes: [Int32]
        let outcomes: [String]
        let key: String
        let meaning: String
        let remedy: String

        init(_ row: ErrorRow) {
            reason = row.reason
            kind = row.kind.rawValue
            givenBy = row.givers
            grpcStatus = row.rpcStatus?.description
            httpStatus = row.httpStatus
            exitCodes = ErrorTableText.exitCodes(row)
            outcomes = row.outcomes.map(\.rawValue)
            key = row.key.rawValue
            meaning = row.meaning
            remedy = row.remedy
        }
    }
}

extension ErrorRow.Key {
    /// The fate of the id in words.
    var words: String {
        switch self {
        case .free: "free: nothing is stored under it"
        case .taken: "taken: an earlier call's content is stored under it"
        case .unknown: "unknown: it may be stored, so send only the very same call again"
        }
    }
}
