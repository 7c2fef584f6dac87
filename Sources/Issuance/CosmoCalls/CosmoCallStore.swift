import Cosmo
import Foundation
import PostgreSQL

/// The SQL of `cosmo_calls`, the audit trail of validate, preview and issuance calls.
enum CosmoCallStore {
    /// Adds records to the trail, in one statement.
    static func insert(_ records: [CosmoCallRecord]) -> PostgresStatement {
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
                .int8Array(records.map { $0.duration.wholeMicroseconds }),
                .timestamptzArray(
                    records.map { PostgresTimestamp(microsecondsSinceEpoch: $0.startedAtMicroseconds) }),
            ])
    }

    /// Calls below one, the latest first, of one issuance or of all.
    static func list(referenceNumber: String?, below callID: Int64, limit: Int) -> Query<CosmoCallView> {
        var parameters: [PostgresValue] = [.int(limit), .int8(callID)]
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
        return Query(sql, parameters) { row in
            CosmoCallView(
                callID: try row.get("call_id"), call: try row.get("call"), programID: try row.get("program_id"),
                referenceNumber: try row.get("reference_number"), requestJSON: try row.get("request"),
                responseStatus: try row.get("response_status"), responseJSON: try row.get("response"),
                outcome: try row.get("outcome"), reason: try row.get("reason"),
                durationMicroseconds: try row.get("duration_micros"), calledAt: try row.get("called_at"))
        }
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
