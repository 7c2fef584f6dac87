import DequeModule
import HTTP2
import NIOCore
import Synchronization

/// The messages of one stream between its event loop, which puts them in, and a task, which takes them out.
///
/// While more than `highWatermark` bytes wait, the stream's window is not given back, so that the peer stops sending.
final class InboundMessages: Sendable {
    static let highWatermark = 256 * 1024
    /// The same when much is kept already for all calls together.
    static let tightWatermark = 16 * 1024
    /// What a message takes beside its bytes: the array's header and its place in the queue, so that empty ones count
    /// too.
    private static let messageOverhead = 64

    private enum End {
        case open
        case finished
        case failed(any Error)
    }

    private struct State {
        var queue: Deque<[UInt8]> = []
        var queuedBytes = 0
        var withheldBytes = 0
        var end = End.open
        var waiter: CheckedContinuation<[UInt8]?, any Error>?
    }

    private let state = Mutex(State())
    private let stream: HTTP2Stream
    private let requestBytes: RequestBytes?

    init(stream: HTTP2Stream, requestBytes: RequestBytes? = nil) {
        self.stream = stream
        self.requestBytes = requestBytes
    }

    deinit {
        // What nobody has taken.
        requestBytes?.remove(state.withLock { $0.queuedBytes })
    }

    // MARK: The loop's side

    /// Adds a message; false says that it was not taken, since too much is kept for all calls together.
    @discardableResult
    func put(_ message: [UInt8]) -> Bool {
        var fits = true
        let waiter = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
            guard case .open = state.end else { return nil }
            if let waiter = state.waiter {
                state.waiter = nil
                return waiter
            }
            let cost = Self.cost(of: message)
            fits = requestBytes?.add(cost) ?? true
            guard fits else {
                requestBytes?.remove(cost)
                return nil
            }
            state.queue.append(message)
            state.queuedBytes += cost
            return nil
        }
        waiter?.resume(returning: message)
        return fits
    }

    /// Says how many of the bytes just received may be given back to the peer's window now.
    func bytesToRelease(received count: Int) -> Int {
        let watermark = requestBytes?.isTight == true ? Self.tightWatermark : Self.highWatermark
        return state.withLock { state in
            guard state.queuedBytes > watermark else { return count }
            state.withheldBytes += count
            return 0
        }
    }

    /// Ends the stream after what is queued, or with an error that drops what is queued.
    func finish(throwing error: (any Error)? = nil) {
        let waiter = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
            guard case .open = state.end else { return nil }
            if let error {
                state.end = .failed(error)
                state.queue = []
                requestBytes?.remove(state.queuedBytes)
                state.queuedBytes = 0
            } else {
                state.end = .finished
            }
            defer { state.waiter = nil }
            return state.waiter
        }
        if let error {
            waiter?.resume(throwing: error)
        } else {
            waiter?.resume(returning: nil)
        }
    }

    /// Ends the stream with an error that is met only after what is queued was taken.
    func finish(throwingAfterQueue error: any Error) {
        let waiter = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
            guard case .open = state.end else { return nil }
            state.end = .failed(error)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(throwing: error)
    }

    // MARK: The task's side

    private enum OnNext {
        case message([UInt8], release: Int)
        case end
        case failure(any Error)
        case wait
    }

    func next() async throws -> [UInt8]? {
        let action = state.withLock { take(&$0) }
        switch action {
        case .message(let message, let release):
            giveBack(release)
            return message
        case .end: return nil
        case .failure(let error): throw error
        case .wait: break
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                wait(continuation)
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private func wait(_ continuation: CheckedContinuation<[UInt8]?, any Error>) {
        let action = state.withLock { state -> OnNext in
            // The flag is set before the cancellation handler takes the lock: either this sees it, or the handler finds
            // the waiter.
            if Task.isCancelled { return .failure(CancellationError()) }
            let action = take(&state)
            if case .wait = action {
                precondition(state.waiter == nil, "the messages of a stream are read by one task")
                state.waiter = continuation
            }
            return action
        }
        switch action {
        case .message(let message, let release):
            giveBack(release)
            continuation.resume(returning: message)
        case .end: continuation.resume(returning: nil)
        case .failure(let error): continuation.resume(throwing: error)
        case .wait: break
        }
    }

    private func take(_ state: inout State) -> OnNext {
        if let message = state.queue.popFirst() {
            state.queuedBytes -= Self.cost(of: message)
            requestBytes?.remove(Self.cost(of: message))
            var release = 0
            if state.queuedBytes <= Self.highWatermark / 2 {
                release = state.withheldBytes
                state.withheldBytes = 0
            }
            return .message(message, release: release)
        }
        switch state.end {
        case .open: return .wait
        case .finished: return .end
        case .failed(let error): return .failure(error)
        }
    }

    private static func cost(of message: [UInt8]) -> Int { message.count + messageOverhead }

    private func giveBack(_ count: Int) {
        guard count > 0 else { return }
        let stream = stream
        stream.connection.eventLoop.execute { stream.releaseWindow(byteCount: count) }
    }
}
