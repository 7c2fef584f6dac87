import Foundation
import SwiftProtobuf

/// How long ago something was, as people read it: `40 s`, `5 min`, `3 h`, `12 d`.
enum Age {
    static func text(seconds: Int64) -> String {
        switch seconds {
        case ..<0: "0 s"
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    /// Whole seconds from a time to another; zero when the first is later.
    static func seconds(since time: Google_Protobuf_Timestamp, at now: Date) -> Int64 {
        max(0, Int64(now.timeIntervalSince1970) - time.seconds)
    }
}
