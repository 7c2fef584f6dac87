public import Cosmo
import Foundation
public import PostgreSQL

/// One call to Cosmo as the audit trail shows it.
public struct CosmoCallView: Sendable, Hashable {
    /// The order of writing.
    public let callID: Int64
    /// The call, as `CosmoCall` names it.
    public let call: String
    /// The program it was about.
    public let programID: String?
    /// The reference number of an issue call.
    public let referenceNumber: String?
    /// What was asked, as JSON with masked accounts.
    public let requestJSON: String
    /// The HTTP status, when there was an answer.
    public let responseStatus: Int?
    /// What came back, as JSON, masked.
    public let responseJSON: String?
    /// `ANSWERED`, `NOT_APPLIED` or `UNKNOWN`.
    public let outcome: String
    /// The stable reason when it did not end well.
    public let reason: String?
    /// How long it took, in microseconds.
    public let durationMicroseconds: Int64
    /// When it began.
    public let calledAt: PostgresTimestamp
}

/// A page of calls.
public struct CosmoCallPage: Sendable, Hashable {
    /// The calls, the latest first.
    public let calls: [CosmoCallView]
    /// The token of the next page; nil at the end.
    public let nextPageToken: String?
}

/// The audit trail of validate, preview and issue calls.
public enum CosmoCallStore {
    /// Adds records to the trail, in one statement.
    public static func insert(_ records: [CosmoCallRecord]) -> PostgresStatement {
        let sql = """
            insert into cosmo_calls (call, program_id, reference_number, request, response_status, response, outcome,
                reason, duration_micros, called_at)
            select c.call, c.program_id, c.reference_number, c.request::jsonb, c.response_status, c.response::jsonb,
                c.outcome, c.reason, c.duration_micros, c.called_at
            from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int4[], $6::text[], $7::text[], $8::text[],
                $9::int8[], $10::timestamptz[]) as c (call, program_id, reference_number, request, response_status,
                response, outcome, reason, duration_micros, called_at)
            """
        return PostgresStatement(
            sql,
            [
                .textArray(records.map(\.call.rawValue)), .textArray(records.map { text($0.programID) }),
                .textArrayNullable(records.map { $0.referenceNumber.map(text) }),
                .textArray(records.map { json($0.requestSummary) }),
                .int4ArrayNullable(records.map { $0.responseStatus.map { Int32(clamping: $0) } }),
                .textArray(records.map { json($0.responseSummary) }),
                .textArray(records.map(\.outcome.rawValue)), .textArrayNullable(records.map(\.reason?.rawValue)),
                .int8Array(records.map { Pause.microseconds($0.duration) }),
                .timestamptzArray(
                    records.map { PostgresTimestamp(microsecondsSinceEpoch: $0.startedAtMicroseconds) }),
            ])
    }

    /// Calls, the latest first, of one issue or of all, a page at a time.
    ///
    /// **Errors** `BAD_PAGE_TOKEN`, `INVALID_ARGUMENT`.
    public static func list(
        referenceNumber: String? = nil, pageSize: Int = 0, pageToken: String = "", on pool: PostgresPool
    ) async throws -> CosmoCallPage {
        let size = try PageToken.size(pageSize)
        let before = pageToken.isEmpty ? Int64.max : try PageToken.number(pageToken)
        var parameters: [PostgresValue] = [.int(size + 1), .int8(before)]
        var filter = ""
        if let referenceNumber {
            parameters.append(.text(text(referenceNumber)))
            filter = "and reference_number = $3"
        }
        let sql = """
            select call_id, call, program_id, reference_number, request, response_status, response, outcome, reason,
                duration_micros, called_at
            from cosmo_calls where call_id < $2 \(filter) order by call_id desc limit $1
            """
        let rows = try await pool.query(sql, parameters).map { row in
            CosmoCallView(
                callID: try row.get("call_id"), call: try row.get("call"), programID: try row.get("program_id"),
                referenceNumber: try row.get("reference_number"), requestJSON: try row.get("request"),
                responseStatus: try row.get("response_status"), responseJSON: try row.get("response"),
                outcome: try row.get("outcome"), reason: try row.get("reason"),
                durationMicroseconds: try row.get("duration_micros"), calledAt: try row.get("called_at"))
        }
        let page = Array(rows.prefix(size))
        return CosmoCallPage(
            calls: page,
            nextPageToken: rows.count > size ? page.last.map { PageToken.make([String($0.callID)]) } : nil)
    }

    /// The text as JSON: itself when it is JSON that PostgreSQL can store, otherwise as a JSON string.
    static func json(_ summary: String) -> String {
        let isJSON = (try? JSONSerialization.jsonObject(with: Data(summary.utf8), options: .fragmentsAllowed)) != nil
        if isJSON, !summary.utf8.contains(0), !summary.lowercased().contains("\\u") { return summary }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text(summary))).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }

    /// PostgreSQL keeps no U+0000.
    private static func text(_ text: String) -> String {
        text.utf8.contains(0) ? text.replacing("\0", with: "") : text
    }
}
