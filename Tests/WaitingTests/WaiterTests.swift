import Testing
import Waiting

@Suite("One wait", .timeLimit(.minutes(5)))
struct WaiterTests {
    @Test("the first answer counts, before the wait and during it")
    func firstAnswer() async {
        let early = Waiter<Int>()
        #expect(early.answer(1))
        #expect(!early.answer(2))
        #expect(await early.value() == 1)
        #expect(!early.answer(3))

        let late = Waiter<Int>()
        async let value = late.value()
        late.answer(4)
        #expect(await value == 4)
    }

    @Test("a cancellation before the wait, and one during it, call the owner once")
    func cancellation() async {
        for isEarly in [true, false] {
            let waiter = Waiter<Int>()
            let calls = Locked(0)
            let begun = Waiter<Void>()
            let task = Task {
                if isEarly { await begun.value() }
                return await waiter.value {
                    calls.withLock { $0 += 1 }
                    waiter.answer(-1)
                }
            }
            task.cancel()
            begun.answer()
            #expect(await task.value == -1)
            #expect(calls.withLock { $0 } == 1)
        }
    }

    @Test("a cancellation does not end a wait that nobody may cancel")
    func uncancellable() async {
        let waiter = Waiter<Int>()
        let task = Task { await waiter.value() }
        task.cancel()
        waiter.answer(7)
        #expect(await task.value == 7)
    }

    @Test("answer, wait and cancellation in any order end in one value, and nothing handed over is lost")
    func race() async {
        for round in 0..<5000 {
            // The owner's list, whose lock decides.
            let waiter = Waiter<Int>()
            let isListed = Locked(true)
            let isHandedOver = Locked(false)
            let task = Task {
                await waiter.value {
                    let wasListed = isListed.withLock { listed in
                        defer { listed = false }
                        return listed
                    }
                    if wasListed { waiter.answer(-1) }
                }
            }
            let answering = Task {
                let wasListed = isListed.withLock { listed in
                    defer { listed = false }
                    return listed
                }
                guard wasListed else { return }
                isHandedOver.withLock { $0 = true }
                waiter.answer(round)
            }
            if round.isMultiple(of: 3) { await Task.yield() }
            task.cancel()
            let value = await task.value
            await answering.value
            #expect(value == (isHandedOver.withLock { $0 } ? round : -1))
        }
    }
}
