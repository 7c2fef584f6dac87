package import NIOCore
import Synchronization

/// Marks the seat of a connection whose protocol answers one request after the other, as HTTP/1.1 does: bytes that came
/// in make it busy, `SeatBecameIdle` makes it idle.
package final class SeatMarker: ChannelDuplexHandler, Sendable {
    /// Bytes of the peer.
    package typealias InboundIn = ByteBuffer
    /// The same bytes.
    package typealias InboundOut = ByteBuffer
    /// Bytes for the peer.
    package typealias OutboundIn = ByteBuffer
    /// The same bytes.
    package typealias OutboundOut = ByteBuffer

    private let seat: ConnectionSeat

    init(seat: ConnectionSeat) { self.seat = seat }

    /// Marks the seat as busy.
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        seat.becameBusy()
        context.fireChannelRead(data)
    }

    /// Marks the seat as idle when the protocol's handler says so.
    package func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard event is SeatBecameIdle else { return context.triggerUserOutboundEvent(event, promise: promise) }
        seat.becameIdle()
        promise?.succeed(())
    }
}
