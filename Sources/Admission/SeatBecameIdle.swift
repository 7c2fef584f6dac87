public import NIOCore
import Synchronization

/// What a protocol's handler triggers outbound once its peer has had every answer.
public struct SeatBecameIdle: Sendable {
    /// Makes the event.
    public init() {}
}
