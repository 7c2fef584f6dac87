public import NIOCore
import Synchronization

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
