import Glibc
import NIOCore

/// Counts what a server channel accepts, makes room, and holds accepting back. Confined to the server channel's loop.
final class AcceptHandler: ChannelInboundHandler, @unchecked Sendable {
    // SAFETY: @unchecked Sendable because the closing of connections and timers reach the server channel's loop
    // with a reference to the handler; everything is touched on that loop only.
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    /// How often a door that does not accept looks whether a connection has become idle.
    static let recheckInterval = TimeAmount.milliseconds(250)
    /// How long the door rests after an accept for which there was no descriptor.
    static let backOff = TimeAmount.seconds(1)

    private let gate: DoorGate
    private let prepare: @Sendable (any Channel, ConnectionSeat) -> Void
    private var seats: DoorSeats
    private var isPaused = false
    private var isBackingOff = false
    /// The one look that is due while the door does not accept.
    private var rechecking: Scheduled<Void>?

    init(gate: DoorGate, seats: DoorSeats, _ prepare: @escaping @Sendable (any Channel, ConnectionSeat) -> Void) {
        self.gate = gate
        self.seats = seats
        self.prepare = prepare
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        let seat = ConnectionSeat()
        let channel = context.channel
        let isOver = seats.isFull && !makeRoom()
        seats.add(connection, seat)
        gate.opened(count: seats.count)
        connection.closeFuture.hop(to: context.eventLoop).whenComplete { _ in self.closed(connection, channel) }
        prepare(connection, seat)
        if isOver { pause(channel) }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let failure = error as? IOError, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(failure.errnoCode) else {
            return context.fireErrorCaught(error)
        }
        // The channel would try again at once, and for as long as somebody waits: a core's whole time.
        let channel = context.channel
        setReading(false, channel)
        gate.acceptFailed(error)
        guard !isBackingOff else { return }
        isBackingOff = true
        context.eventLoop.scheduleTask(in: Self.backOff) {
            self.isBackingOff = false
            self.acceptAgain(channel)
        }
    }

    private func closed(_ connection: any Channel, _ channel: any Channel) {
        seats.remove(connection)
        gate.opened(count: seats.count)
        if isPaused, !seats.isFull { resume(channel) }
    }

    /// Closes idle connections until there is room for one more: usually one, several after a read that went over the
    /// limit.
    private func makeRoom() -> Bool {
        while seats.isFull {
            guard let leaving = seats.takeLongestIdle(now: .now()) else { return false }
            leaving.close(promise: nil)
            gate.closedForAnother()
        }
        return true
    }

    private func pause(_ channel: any Channel) {
        guard !isPaused else { return }
        isPaused = true
        setReading(false, channel)
        gate.paused()
        recheck(channel)
    }

    private func recheck(_ channel: any Channel) {
        rechecking?.cancel()
        rechecking = channel.eventLoop.scheduleTask(in: Self.recheckInterval) {
            guard self.isPaused, channel.isActive else { return }
            if self.seats.canMakeRoom(now: .now()) {
                self.resume(channel)
            } else {
                self.recheck(channel)
            }
        }
    }

    private func resume(_ channel: any Channel) {
        rechecking?.cancel()
        rechecking = nil
        isPaused = false
        gate.resumed()
        acceptAgain(channel)
    }

    private func acceptAgain(_ channel: any Channel) {
        if !isPaused, !isBackingOff { setReading(true, channel) }
    }

    private func setReading(_ reads: Bool, _ channel: any Channel) {
        // Fails on a closed channel only, which accepts nothing anyway.
        try? channel.syncOptions?.setOption(.autoRead, value: reads)
    }
}
