import MultibrandServer
import RPC
import Rewards

extension ErrorTableText {
    /// docs/errors.md.
    static var markdown: String {
        var page = head
        for kind in FaultKind.allCases {
            let rows = ErrorTable.rows.filter { $0.kind == kind }
            guard !rows.isEmpty else { continue }
            page += "\n## \(kind.heading)\n\n"
            page +=
                "| reason | gRPC | HTTP | exit | outcome | id | meaning | what to do |\n|---|---|---|---|---|---|---|---|\n"
            for row in rows {
                let cells = [
                    "`\(row.reason)`", row.rpcStatus?.description ?? "-", "\(row.httpStatus)", exit(row),
                    outcomes(row), row.key.rawValue, row.meaning, row.remedy,
                ]
                page += "| \(cells.joined(separator: " | ")) |\n"
            }
        }
        return page
    }

    private static let head = """
        # Errors

        Made by `multibrand errors --markdown` from the code that gives them; do not edit it by hand. `multibrand errors REASON`
        prints one row, `multibrand errors --json` the whole table for programs.

        Every refused or failed call says what happened (I-12). Over gRPC its status carries a `google.rpc.ErrorInfo` with domain
        `multibrand`, the stable `reason`, and in its metadata `outcome` and, when one field is at fault, `field`. In a stream a
        spend's answer carries the same in `SpendError`. The webhook door answers `{"reason": ..., "outcome": ...}`.

        | outcome | what happened to the thing asked for |
        |---|---|
        | `applied` | it was done; no refusal says so today, since an equal call is answered with the first answer |
        | `not_applied` | it was not done, and will not be |
        | `unknown` | it may or may not have been done; repeating the very same call is safe and gives the outcome |

        | id | what has become of the `spend_id`, `refund_id`, `request_id` ... of the call |
        |---|---|
        | `free` | nothing is stored under it: use it again, for the corrected request too |
        | `taken` | an earlier call's content is stored under it, permanently |
        | `unknown` | it may be stored: send only the very same call again |

        Refusals are never stored: only what was done is stored under an id (I-5). So a refusal may turn into success when its cause
        is gone, and a success never turns into anything else.

        A status without `ErrorInfo` comes from before or beyond the service: a client library's own deadline or lost connection, a
        proxy, `UNIMPLEMENTED` for a method this version does not have, `RESOURCE_EXHAUSTED` for a message that is too large. The
        outcome is then unknown for `DEADLINE_EXCEEDED`, `UNAVAILABLE`, `CANCELLED` and `INTERNAL`; send the very same call again.

        `TIME_LIMIT` is `DEADLINE_EXCEEDED` rather than `UNAVAILABLE`, which client libraries retry by themselves: within the same
        deadline it would only fail again. Its `not_applied` sets it apart from a client's own expired deadline, which says
        nothing about the outcome.

        Why a leg is parked, a position blocked or an issue not confirmed is not an error of a call: these reasons are stored with the
        row, and docs/issuance.md and docs/spending.md say what to do about each.

        """
}

extension FaultKind {
    /// The heading of its section.
    fileprivate var heading: String {
        switch self {
        case .invalidArgument: "The request is wrong in itself"
        case .unauthenticated: "The caller is not known"
        case .permissionDenied: "The caller may not do this"
        case .notFound: "What it names does not exist"
        case .alreadyExists: "It exists already, with other content"
        case .failedPrecondition: "The state does not allow it"
        case .aborted: "Another change came between"
        case .outOfRange: "Beyond a limit of the type"
        case .resourceExhausted: "A limit of the service is reached"
        case .unavailable: "A part is unavailable for a while"
        case .deadlineExceeded: "The caller's deadline is too near"
        case .cancelled: "The caller ended the call"
        case .internalFault: "A defect of ours"
        }
    }
}
