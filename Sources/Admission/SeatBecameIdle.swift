import NIOCore
import Synchronization

/// What a protocol's handler triggers outbound once its peer has had every answer.
package struct SeatBecameIdle: Sendable {
    /// Makes the event.
    package init() {}
}
