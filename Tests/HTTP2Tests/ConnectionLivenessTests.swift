import NIOCore
import Testing

@testable import HTTP2

@Suite("Alive, idle or dead")
struct ConnectionLivenessTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func make(_ configure: (inout HTTP2Configuration) -> Void = { _ in }) -> ConnectionLiveness {
        var configuration = HTTP2Configuration()
        configure(&configuration)
        return ConnectionLiveness(configuration: configuration, now: start)
    }

    @Test("a peer that does not complete the handshake is dead")
    func handshake() {
        var liveness = make { $0.handshakeTimeout = .seconds(5) }
        #expect(liveness.ticked(now: start + .seconds(4)) == .nothing)
        guard case .closeDead = liveness.ticked(now: start + .seconds(5)) else {
            Issue.record("it is still waited for")
            return
        }
    }

    @Test("the first SETTINGS complete the handshake, later ones do not")
    func settings() {
        var liveness = make()
        let outcomes = [liveness.handshakeDone(), liveness.handshakeDone()]
        #expect(outcomes == [true, false])
        #expect(liveness.ticked(now: start + .seconds(11)) == .nothing)
    }

    @Test("after a silence a PING asks, once; an answer is life, no answer is death")
    func keepalive() {
        var liveness = make {
            $0.keepaliveInterval = .seconds(60)
            $0.keepaliveTimeout = .seconds(20)
        }
        _ = liveness.handshakeDone()
        liveness.received(now: start + .seconds(30))
        #expect(liveness.ticked(now: start + .seconds(89)) == .nothing)
        #expect(liveness.ticked(now: start + .seconds(90)) == .sendPing)
        #expect(liveness.ticked(now: start + .seconds(100)) == .nothing)
        liveness.received(now: start + .seconds(101))
        liveness.pingAnswered()
        #expect(liveness.ticked(now: start + .seconds(111)) == .nothing)
        #expect(liveness.ticked(now: start + .seconds(161)) == .sendPing)
        guard case .closeDead = liveness.ticked(now: start + .seconds(181)) else {
            Issue.record("an unanswered PING is not noticed")
            return
        }
    }

    @Test("a connection without streams is idle, one with a stream never")
    func idle() {
        var liveness = make {
            $0.idleTimeout = .seconds(10)
            $0.keepaliveInterval = nil
        }
        _ = liveness.handshakeDone()
        liveness.openStreamCountChanged(1, now: start + .seconds(9))
        #expect(liveness.ticked(now: start + .seconds(100)) == .nothing)
        liveness.openStreamCountChanged(0, now: start + .seconds(100))
        #expect(liveness.ticked(now: start + .seconds(109)) == .nothing)
        #expect(liveness.ticked(now: start + .seconds(110)) == .closeIdle)
    }

    @Test("the clock ticks often enough for the shortest limit, and not wildly")
    func tickInterval() {
        #expect(make { $0.keepaliveTimeout = .milliseconds(400) }.tickInterval == .milliseconds(100))
        #expect(make { $0.keepaliveTimeout = .milliseconds(1) }.tickInterval == .milliseconds(10))
        #expect(make().tickInterval == .seconds(1))
    }
}
