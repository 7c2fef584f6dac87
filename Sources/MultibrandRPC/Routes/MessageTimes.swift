import PostgreSQL
import Rewards
import SwiftProtobuf

extension Google_Protobuf_Timestamp {
    /// The same instant, to the microsecond.
    init(_ time: PostgresTimestamp) {
        let (seconds, micros) = time.microsecondsSinceEpoch.quotientAndRemainder(dividingBy: 1_000_000)
        self.init(
            seconds: micros < 0 ? seconds - 1 : seconds, nanos: Int32((micros < 0 ? micros + 1_000_000 : micros) * 1000)
        )
    }

    /// Microseconds since 1970, or nil when that does not fit or the message is not a valid timestamp.
    var microsecondsSinceEpoch: Int64? {
        guard (0..<1_000_000_000).contains(nanos) else { return nil }
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return nil }
        let (sum, carried) = whole.addingReportingOverflow(Int64(nanos / 1000))
        return carried ? nil : sum
    }

    /// The moment, by the rule of every time that comes in: ``TimeRule``.
    ///
    /// **Errors** ``InvalidField``, which names the field and says what the number looks like.
    func instant(_ field: String) throws(InvalidField) -> PostgresTimestamp {
        guard (0..<1_000_000_000).contains(nanos) else {
            throw InvalidField(field, "is not a valid time: nanos must be 0 to 999999999")
        }
        guard let micros = microsecondsSinceEpoch else {
            throw InvalidField(field, TimeRule.problem(ofSeconds: seconds))
        }
        if let problem = TimeRule.problem(ofAny: micros) { throw InvalidField(field, problem) }
        return PostgresTimestamp(microsecondsSinceEpoch: micros)
    }
}
