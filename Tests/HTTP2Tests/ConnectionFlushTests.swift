import Testing

@testable import HTTP2

@Suite("When a connection writes and reads")
struct ConnectionFlushTests {
    @Test("many reasons to write ask for one turn, and the turn writes once")
    func oneTurn() {
        var flush = ConnectionFlush()
        #expect(flush.needed() == .scheduleTurn)
        #expect(flush.needed() == .nothing)
        #expect(flush.turnCame() == true)
        #expect(flush.begins() == true)
        flush.taken()
        #expect(flush.ended(isWritable: true) == .nothing)
    }

    @Test("a turn that finds everything written does nothing")
    func writtenBefore() {
        var flush = ConnectionFlush()
        #expect(flush.needed() == .scheduleTurn)
        // The end of a read cycle comes before the turn.
        #expect(flush.begins() == true)
        flush.taken()
        #expect(flush.ended(isWritable: true) == .nothing)
        #expect(flush.turnCame() == false)
    }

    @Test("nothing is written inside a callback; what was asked for there leaves at the end of the read cycle")
    func insideCallback() {
        var flush = ConnectionFlush()
        flush.sessionEntered()
        flush.sessionEntered()
        #expect(flush.needed() == .nothing)
        #expect(flush.begins() == false)
        flush.sessionLeft()
        #expect(flush.begins() == false)
        flush.sessionLeft()
        #expect(flush.begins() == true)
    }

    @Test("a flush does not begin inside another; what is asked for meanwhile gets a turn of its own")
    func nested() {
        var flush = ConnectionFlush()
        #expect(flush.begins() == true)
        #expect(flush.begins() == false)
        flush.taken()
        #expect(flush.needed() == .nothing)
        #expect(flush.ended(isWritable: true) == .scheduleTurn)
        #expect(flush.turnCame() == true)
    }

    @Test("a channel that takes no more is not asked again until it says so")
    func notWritable() {
        var flush = ConnectionFlush()
        #expect(flush.needed() == .scheduleTurn)
        #expect(flush.turnCame() == true)
        #expect(flush.begins() == true)
        // The channel filled up before everything was taken from the session.
        #expect(flush.ended(isWritable: false) == .nothing)
        #expect(flush.begins() == true)
        flush.taken()
        #expect(flush.ended(isWritable: true) == .nothing)
    }

    @Test("a server holds reads back while its peer does not read, and reads on once; a client always reads")
    func reads() {
        var flush = ConnectionFlush()
        #expect(flush.readAsked(isServer: true, isWritable: true) == .read)
        #expect(flush.becameWritable() == false)
        #expect(flush.readAsked(isServer: true, isWritable: false) == .holdBack)
        #expect(flush.becameWritable() == true)
        #expect(flush.becameWritable() == false)
        #expect(flush.readAsked(isServer: false, isWritable: false) == .read)
    }
}
