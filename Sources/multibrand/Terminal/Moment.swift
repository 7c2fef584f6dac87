import ArgumentParser
import Foundation
import SwiftProtobuf

/// Times as people read and write them: UTC, to the second.
enum Moment {
    static func text(_ microsecondsSinceEpoch: Int64) -> String {
        let date = Date(timeIntervalSince1970: TimeInterval(microsecondsSinceEpoch / 1_000_000))
        return date.formatted(
            .iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false)) + " UTC"
    }

    static func text(_ time: Google_Protobuf_Timestamp) -> String {
        time.seconds == 0 ? "-" : text(time.seconds * 1_000_000)
    }

    /// RFC 3339.
    static func parse(_ text: String) throws -> Google_Protobuf_Timestamp {
        do {
            return try Google_Protobuf_Timestamp(jsonString: "\"\(text)\"")
        } catch {
            throw ValidationError("\(text) is not an RFC 3339 time such as 2026-11-01T08:30:00Z")
        }
    }
}
