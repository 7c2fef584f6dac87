import Inbox
import Testing
import WebhookHTTP

/// What the door notes about its own answers.
@Suite(.timeLimit(.minutes(15))) struct WebhookAnswerTests {
    @Test("an answer that was written while its sender waited is noted, once a delivery")
    func inTime() async throws {
        try await Door.with { door in
            #expect(try await door.deliver([1]).status == 200)
            while try await door.answeredCount() < 1 { await Task.yield() }
            #expect(try await door.deliver([1]).status == 200)
            #expect(try await door.deliver([2]).status == 200)
            while try await door.answeredCount() < 2 { await Task.yield() }
        }
    }

    @Test("an answer that comes too late is not noted, nor is a refusal, nor one to a transaction")
    func notNoted() async throws {
        let late = WebhookServerConfiguration(bodyBytesMax: 4_096, senderTimeout: .zero)
        try await Door.with(configuration: late) { (door: Door) async throws in
            #expect(try await door.deliver([1]).status == 200)
            #expect(try await door.deliver([2]).status == 200)
            // Notes are stored in order: when this one is there, the others would be.
            door.inbox.noteAnswered(1_000)
            while try await door.answeredCount() < 1 { await Task.yield() }
            #expect(try await door.answeredCount() == 1)
        }
        try await Door.with { door in
            #expect(try await door.deliver([1], signature: "00").status == 401)
            #expect(try await door.deliver([2], path: "/webhooks/cosmo/transaction").status == 200)
            #expect(try await door.deliver([3]).status == 200)
            while try await door.answeredCount() < 1 { await Task.yield() }
            #expect(try await door.answeredCount() == 1)
        }
    }
}
