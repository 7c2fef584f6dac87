import HTTP2
import NIOCore
import Synchronization
import Waiting

/// The messages of one stream between the tasks that send them and the event loop that puts them on the wire.
final class OutboundMessages: Sendable {
    static let highWatermark = 256 * 1024

    private struct State {
        var pending: [[UInt8]] = []
        /// Bytes that were sent by tasks and not yet taken by the transport.
        var waitingBytes = 0
        var pullIsScheduled = false
        var isFinished = false
        var failure: (any Error)?
        var waiters: [ObjectIdentifier: Waiter<Result<Void, any Error>>] = [:]
    }

    /// What the loop takes: messages, and whether they are the last.
    struct Pull {
        var messages: [[UInt8]]
        var isFinished: Bool
    }

    private let state = Mutex(State())
    private let stream: MessageStream

    init(stream: MessageStream) {
        self.stream = stream
    }

    // MARK: The tasks' side

    func send(_ message: [UInt8]) async throws {
        let (schedules, isFull) = try state.withLock { state in
            if let failure = state.failure { throw failure }
            guard !state.isFinished else {
                throw RPCError(.failedPrecondition, "the stream was finished; nothing can be sent after that")
            }
            state.pending.append(message)
            state.waitingBytes += message.count
            defer { state.pullIsScheduled = true }
            return (!state.pullIsScheduled, state.waitingBytes > Self.highWatermark)
        }
        if schedules { schedulePull() }
        if isFull { try await waitForRoom() }
    }

    func finish() {
        let schedules = state.withLock { state in
            guard !state.isFinished, state.failure == nil else { return false }
            state.isFinished = true
            defer { state.pullIsScheduled = true }
            return !state.pullIsScheduled
        }
        if schedules { schedulePull() }
    }

    private func schedulePull() {
        let stream = stream
        if stream.connection.eventLoop.inEventLoop {
            stream.pullOutbound()
        } else {
            stream.connection.eventLoop.execute { stream.pullOutbound() }
        }
    }

    private func waitForRoom() async throws {
        let waiter = Waiter<Result<Void, any Error>>()
        let outcome = state.withLock { state -> Result<Void, any Error>? in
            if let failure = state.failure { return .failure(failure) }
            if state.waitingBytes <= Self.highWatermark { return .success(()) }
            state.waiters[ObjectIdentifier(waiter)] = waiter
            return nil
        }
        if let outcome { return try outcome.get() }
        try await waiter.value {
            state.withLock { $0.waiters.removeValue(forKey: ObjectIdentifier(waiter)) }?
                .answer(.failure(CancellationError()))
        }.get()
    }

    // MARK: The loop's side

    func pull() -> Pull {
        state.withLock { state in
            state.pullIsScheduled = false
            defer { state.pending = [] }
            return Pull(messages: state.pending, isFinished: state.isFinished)
        }
    }

    /// The transport took bytes.
    func sent(byteCount: Int) {
        let waiters = state.withLock { state -> [Waiter<Result<Void, any Error>>] in
            state.waitingBytes -= byteCount
            guard !state.waiters.isEmpty, state.waitingBytes <= Self.highWatermark / 2 else { return [] }
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.answer(.success(())) }
    }

    /// The stream is over: every later send fails with the reason.
    func fail(_ error: any Error) {
        let waiters = state.withLock { state -> [Waiter<Result<Void, any Error>>] in
            guard state.failure == nil else { return [] }
            state.failure = error
            state.pending = []
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.answer(.failure(error)) }
    }
}
