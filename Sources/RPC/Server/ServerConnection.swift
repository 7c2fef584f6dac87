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
    /// The bytes of requests that are kept.
    let requestBytes: RequestBytes
    /// Calls that wait for their request. If it has not arrived when this read ends, their time limit begins then.
    private var arriving: [ServerCall] = []
    /// Open calls of the methods that count them.
    private var openCalls: [ObjectIdentifier: Int] = [:]

    init(service: RPCService, peer: RPCPeer, seat: ConnectionSeat) {
        self.service = service
        self.peer = peer
        self.seat = seat
        requestBytes = RequestBytes(
            limit: service.configuration.requestBytesPerConnectionMax, parent: service.requestBytes)
    }

    /// A call waits for its request, or to be let in.
    func waits(_ call: ServerCall) { arriving.append(call) }

    /// A batch of input was read: calls that wait now wait for another one, and get a timer.
    func inputEnded() {
        guard !arriving.isEmpty else { return }
        for call in arriving { call.armArrivalTimer() }
        arriving.removeAll(keepingCapacity: true)
    }

    /// The connection is gone, perhaps in the middle of a read: nothing of its calls is kept.
    func closed() { arriving = [] }

    /// Counts a call of a method that limits their number; false when there are too many.
    func counts(_ method: RPCMethod) -> Bool {
        let open = openCalls[ObjectIdentifier(method), default: 0]
        guard open < method.limits.callsPerConnectionMax, method.callBegan() else { return false }
        openCalls[ObjectIdentifier(method)] = open + 1
        return true
    }

    /// Such a call has ended.
    func counted(_ method: RPCMethod) {
        openCalls[ObjectIdentifier(method), default: 1] -= 1
        method.callEnded()
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
