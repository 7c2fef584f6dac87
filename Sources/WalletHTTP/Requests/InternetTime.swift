import PostgreSQL
import Rewards

extension InternetTime {
    /// The moment a text names, cut to microseconds; nil for every other text. A date alone is its midnight in UTC.
    static func parse(_ text: String) -> PostgresTimestamp? {
        microseconds(text, allowsDate: true).map(PostgresTimestamp.init(microsecondsSinceEpoch:))
    }
}
