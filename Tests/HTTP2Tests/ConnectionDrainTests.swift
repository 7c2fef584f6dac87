import Testing

@testable import HTTP2

@Suite("The way out of a connection")
struct ConnectionDrainTests {
    @Test("a shutdown is announced once, and new streams are refused once the PING is answered")
    func twoSteps() {
        var drain = ConnectionDrain.open
        #expect(drain.pingAnswered() == .nothing)
        #expect(drain.shutdownAsked() == .announce)
        #expect(drain.shutdownAsked() == .nothing)
        #expect(drain.pingAnswered() == .refuseNewStreams)
        #expect(drain.pingAnswered() == .nothing)
    }

    @Test("a shutdown that is asked for before the channel is active is announced when it is")
    func beforeTheStart() {
        var drain = ConnectionDrain.starting(leavesAtOnce: false)
        #expect(drain.shutdownAsked() == .nothing)
        #expect(drain.pingAnswered() == .nothing)
        #expect(drain.started() == .announce)
        #expect(drain == .announced)
        #expect(drain.started() == .nothing)
    }

    @Test("a connection that starts without a shutdown is open")
    func start() {
        var drain = ConnectionDrain.starting(leavesAtOnce: false)
        #expect(drain.started() == .nothing)
        #expect(drain == .open)
    }

    @Test("a peer that leaves is reported once, and there is nothing to announce to it")
    func peerLeaves() {
        var drain = ConnectionDrain.open
        #expect(drain.peerLeaves() == .tellOwner)
        #expect(drain.peerLeaves() == .nothing)
        #expect(drain.shutdownAsked() == .nothing)
    }

    @Test("a closed connection does nothing any more")
    func closed() {
        var drain = ConnectionDrain.closed
        #expect(drain.shutdownAsked() == .nothing)
        #expect(drain.pingAnswered() == .nothing)
        #expect(drain.peerLeaves() == .nothing)
    }
}
