import Testing

@testable import RPC

@Suite("Where a call is on its way")
struct ServerCallStateTests {
    @Test("a unary call goes from its headers to its message, its handler and its answer")
    func unary() {
        var state = ServerCallState()
        #expect(state.onBytes == .drop)
        #expect(state.requestEnded(isInsideMessage: false) == .nothing)
        state.admitted(isSingle: true)
        #expect(state.onBytes == .addToMessage && state.waitsForArrival)
        #expect(state.messageCame() == true)
        #expect(state.requestEnded(isInsideMessage: false) == .begin)
        #expect(state.begins() == true)
        #expect(state.phase == .running && !state.waitsForArrival)
        #expect(state.sendsHeaders() == true)
        #expect(state.sendsHeaders() == false)
        state.succeeded()
        #expect(state.isAnswered)
        #expect(state.closed() == false)
    }

    @Test("a body that comes while the key is looked up is kept, and taken when the call is let in")
    func admission() {
        var state = ServerCallState()
        state.asks()
        #expect(state.phase == .admitting && state.onBytes == .keep && state.waitsForArrival)
        #expect(state.requestEnded(isInsideMessage: false) == .nothing)
        state.admitted(isSingle: true)
        #expect(state.onBytes == .addToMessage)
    }

    @Test("a request with no message, two messages or a part of one never begins")
    func messages() {
        var state = ServerCallState()
        state.admitted(isSingle: true)
        #expect(state.requestEnded(isInsideMessage: false) == .failCardinality)
        #expect(state.requestEnded(isInsideMessage: true) == .failCutOff)
        #expect(state.messageCame() == true)
        #expect(state.messageCame() == false)
        #expect(state.requestEnded(isInsideMessage: true) == .failCutOff)
    }

    @Test("a stream's handler begins with the headers and learns how the request ended")
    func streaming() {
        var state = ServerCallState()
        state.admitted(isSingle: false)
        #expect(state.begins() == true)
        #expect(state.onBytes == .passOn)
        #expect(state.requestEnded(isInsideMessage: false) == .finishInput(isCutOff: false))
        #expect(state.requestEnded(isInsideMessage: true) == .finishInput(isCutOff: true))
    }

    @Test("a failure is trailers after headers, and headers alone before")
    func failures() {
        var early = ServerCallState()
        #expect(early.failed() == .trailersOnly)
        var late = ServerCallState()
        late.admitted(isSingle: false)
        #expect(late.begins() == true)
        #expect(late.sendsHeaders() == true)
        #expect(late.failed() == .trailers)
    }

    @Test("after the answer nothing begins, nothing is taken and nothing is let in")
    func answered() {
        var state = ServerCallState()
        state.asks()
        _ = state.failed()
        state.admitted(isSingle: true)
        state.asks()
        #expect(state.isAnswered && state.onBytes == .drop)
        #expect(state.begins() == false)
        #expect(state.requestEnded(isInsideMessage: true) == .nothing)
    }

    @Test("a stream that closes before its answer ends the call once")
    func closing() {
        var state = ServerCallState()
        state.admitted(isSingle: true)
        #expect(state.closed() == true)
        #expect(state.closed() == false)
    }
}

@Suite("The tasks of a call")
struct ServerCallTasksTests {
    @Test("a task that ends in place is not counted")
    func inPlace() {
        var tasks = ServerCallTasks()
        let number = tasks.begins()
        #expect(tasks.ended() == false)
        #expect(tasks.goesOn(number) == false)
        #expect(!tasks.isRunning)
    }

    @Test("a task that goes on is counted until it ends")
    func goingOn() {
        var tasks = ServerCallTasks()
        let number = tasks.begins()
        #expect(tasks.goesOn(number) == true)
        #expect(tasks.isRunning)
        #expect(tasks.ended() == true)
        #expect(!tasks.isRunning)
    }

    @Test("a task that ended in place and began the next one leaves that one counted once")
    func nested() {
        var tasks = ServerCallTasks()
        let first = tasks.begins()
        #expect(tasks.ended() == false)
        let second = tasks.begins()
        #expect(tasks.goesOn(second) == true)
        #expect(tasks.goesOn(first) == false)
        #expect(tasks.ended() == true)
    }
}

@Suite("What a call keeps of its request")
struct HeldBytesTests {
    @Test("a small request is not counted; once counted, every change is")
    func threshold() {
        var held = HeldBytes()
        #expect(held.becomes(HeldBytes.uncountedMax) == 0)
        #expect(held.becomes(HeldBytes.uncountedMax + 1) == HeldBytes.uncountedMax + 1)
        #expect(held.becomes(10) == 10 - (HeldBytes.uncountedMax + 1))
        #expect(held.released() == 10)
        #expect(held.released() == 0)
    }
}
