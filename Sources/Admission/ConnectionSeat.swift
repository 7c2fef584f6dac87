public import NIOCore
import Synchronization

/// The place of one connection at a door, with what decides whether it may be closed for another one.
///
/// **Concurrency** Marked by the connection's event loop, read by the door's.
public final class ConnectionSeat: Sendable {
    /// What a connection does at the moment.
    enum Occupancy: Equatable {
        /// It never had an answer, and its peer is owed nothing, since then.
        case unused(since: NIODeadline)
        /// Nothing is owed to its peer, since then.
        case idle(since: NIODeadline)
        /// Its peer sends or waits; the last event was then.
        case busy(since: NIODeadline)
    }

    // The time of the last mark in nanoseconds, shifted by two; the lowest bits say busy and idle after use. One atomic, so
    // that a mark is one store on the path of every call.
    private let mark: Atomic<UInt64>

    init(now: NIODeadline = .now()) {
        mark = Atomic(now.uptimeNanoseconds << 2)
    }

    /// The peer had its answer, and nothing is owed to it from now on.
    public func becameIdle(now: NIODeadline = .now()) {
        mark.store(now.uptimeNanoseconds << 2 | 2, ordering: .relaxed)
    }

    /// The peer sends a request, or waits for an answer.
    public func becameBusy(now: NIODeadline = .now()) {
        mark.store(now.uptimeNanoseconds << 2 | 1, ordering: .relaxed)
    }

    var occupancy: Occupancy {
        let value = mark.load(ordering: .relaxed)
        let since = NIODeadline.uptimeNanoseconds(value >> 2)
        return switch value & 3 {
        case 0: .unused(since: since)
        case 1: .busy(since: since)
        default: .idle(since: since)
        }
    }
}

/// What a protocol's handler triggers outbound once its peer has had every answer.
public struct SeatBecameIdle: Sendable {
    /// Makes the event.
    public init() {}
}

/// Marks the seat of a connection whose protocol answers one request after the other, as HTTP/1.1 does: bytes that came
/// in make it busy, `SeatBecameIdle` makes it idle.
public final class SeatMarker: ChannelDuplexHandler, Sendable {
    /// Bytes of the peer.
    public typealias InboundIn = ByteBuffer
    /// The same bytes.
    public typealias InboundOut = ByteBuffer
    /// Bytes for the peer.
    public typealias OutboundIn = ByteBuffer
    /// The same bytes.
    public typealias OutboundOut = ByteBuffer

    private let seat: ConnectionSeat

    init(seat: ConnectionSeat) { self.seat = seat }

    /// Marks the seat as busy.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        seat.becameBusy()
        context.fireChannelRead(data)
    }

    /// Marks the seat as idle when the protocol's handler says so.
    public func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard event is SeatBecameIdle else { return context.triggerUserOutboundEvent(event, promise: promise) }
        seat.becameIdle()
        promise?.succeed(())
    }
}
