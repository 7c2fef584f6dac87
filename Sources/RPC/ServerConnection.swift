import Admission
import HTTP2
import Logging

/// What the calls of one connection share. Confined to the connection's event loop.
final class ServerConnection {
    let service: RPCService
    let peer: RPCPeer
    private let seat: ConnectionSeat
    private var callCount = 0
    /// Handlers that run, those of cancelled calls included: a peer that opens and resets streams cannot start more.
    var runningHandlerCount = 0
    /// Bytes of unfinished messages.
    var unfinishedByteCount = 0

    init(service: RPCService, peer: RPCPeer, seat: ConnectionSeat) {
        self.service = service
        self.peer = peer
        self.seat = seat
    }

    /// A call that gives the connection a right to stay has begun.
    func callBegan() {
        callCount += 1
        if callCount == 1 { seat.becameBusy() }
    }

    /// Such a call has ended.
    func callEnded() {
        callCount -= 1
        if callCount == 0 { seat.becameIdle() }
    }
}

/// What all connections of a server share.
final class RPCService: Sendable {
    let configuration: RPCServerConfiguration
    let table: PathTable
    let interceptors: [RPCRouter.Interceptor]
    let observers: [RPCRouter.Observer]
    let logger: Logger
    /// Handlers that run off their event loop.
    let handlers = HandlerCount()

    init(configuration: RPCServerConfiguration, router: RPCRouter, logger: Logger) {
        self.configuration = configuration
        table = PathTable(router.methods)
        interceptors = router.interceptors
        observers = router.observers
        self.logger = logger
    }

    func observe(_ record: RPCCallRecord) {
        for observer in observers { observer(record) }
    }
}
