import Foundation
import SwiftProtobuf

/// Ages at one moment.
struct StatusAges {
    let now: Date

    /// Whole seconds since a time.
    func seconds(_ time: Google_Protobuf_Timestamp) -> Int64 { Age.seconds(since: time, at: now) }

    /// How long ago a time was.
    func text(_ time: Google_Protobuf_Timestamp) -> String { Age.text(seconds: seconds(time)) }

    /// A time with how long ago it was.
    func moment(_ time: Google_Protobuf_Timestamp) -> String { "\(Moment.text(time)) (\(text(time)))" }

    /// A count with the age of the oldest: `3 spends, oldest 5 min`.
    func count(_ count: Int64, of noun: String = "", _ oldestAt: Google_Protobuf_Timestamp?) -> String {
        let counted = noun.isEmpty ? "\(count)" : "\(count) \(noun)\(count == 1 ? "" : "s")"
        guard count > 0, let oldestAt else { return counted }
        return "\(counted), oldest \(text(oldestAt))"
    }
}
