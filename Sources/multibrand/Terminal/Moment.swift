import ArgumentParser
import Foundation
import Rewards
import SwiftProtobuf

/// Times as people read and write them: UTC, to the second.
enum Moment {
    static func text(_ microsecondsSinceEpoch: Int64) -> String {
        let date = Date(timeIntervalSince1970: TimeInterval(microsecondsSinceEpoch / 1_000_000))
        return date.formatted(
            .iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false)) + " UTC"
    }

    static func text(_ time: Google_Protobuf_Timestamp) -> String {
        time.seconds == 0 && time.nanos == 0 ? "-" : text(time.seconds * 1_000_000)
    }

    /// RFC 3339, or a date alone, which is its midnight in UTC.
    ///
    /// **Errors** `ValidationError`, which says what the text looks like.
    static func parse(_ text: String) throws -> Google_Protobuf_Timestamp {
        guard let micros = InternetTime.microseconds(text, allowsDate: true, allowsSpace: true) else {
            throw ValidationError("\(text) \(problem(of: text))")
        }
        return Google_Protobuf_Timestamp(microsecondsSinceEpoch: micros)
    }

    /// Why a text is no time, in words that follow its name.
    static func problem(of text: String) -> String {
        let problem = "is not an RFC 3339 time such as 2026-11-01T08:30:00Z"
        guard let number = Int64(text) else { return problem }
        if let unit = TimeRule.unit(ofSeconds: number) { return "\(problem): \(number) looks like \(unit) since 1970" }
        if TimeRule.isUnixSeconds(number) { return "\(problem): \(number) looks like seconds since 1970" }
        return problem
    }
}

extension Google_Protobuf_Timestamp {
    /// The moment of this many microseconds since 1970.
    init(microsecondsSinceEpoch micros: Int64) {
        let (seconds, rest) = micros.quotientAndRemainder(dividingBy: 1_000_000)
        self.init(
            seconds: rest < 0 ? seconds - 1 : seconds, nanos: Int32((rest < 0 ? rest + 1_000_000 : rest) * 1000))
    }
}
