import Testing
import Waiting

@Suite("Promises", .timeLimit(.minutes(5)))
struct PromiseTests {
    @Test("the first outcome counts, for those who wait and those who come later")
    func first() async throws {
        let promise = Promise<Int>()
        async let early = promise.value
        promise.fulfil(1)
        promise.fulfil(2)
        promise.fail(Failure())
        #expect(try await early == 1)
        #expect(try await promise.value == 1)
        #expect(try promise.outcome?.get() == 1)
    }

    @Test("a failure fails every wait")
    func failure() async {
        let promise = Promise<Int>()
        promise.fail(Failure(number: 3))
        await #expect(throws: Failure(number: 3)) { try await promise.value }
    }

    @Test("a wait that is cancelled throws, and the promise can still be kept")
    func cancelled() async throws {
        let promise = Promise<Int>()
        let task = Task { try await promise.value }
        task.cancel()
        let outcome = await task.result
        #expect(throws: CancellationError.self) { try outcome.get() }
        promise.fulfil(5)
        #expect(try await promise.value == 5)
    }

    @Test("cancellation and value that race give one of the two")
    func race() async throws {
        for round in 0..<5000 {
            let promise = Promise<Int>()
            let task = Task { try await promise.value }
            let other = Task { try await promise.value }
            if round.isMultiple(of: 2) { await Task.yield() }
            async let kept: Void = promise.fulfil(round)
            task.cancel()
            await kept
            #expect(try await other.value == round)
            switch await task.result {
            case .success(let value): #expect(value == round)
            case .failure(let error): #expect(error is CancellationError)
            }
        }
    }
}
