import CCurl
import Glibc
import Synchronization
import Threads
import Waiting

/// The thread that owns libcurl's multi handle: calls come in through a queue and are answered through continuations.
///
/// **Concurrency** All of libcurl but the wake-up is used on this thread alone. Callers suspend.
final class TransferThread: Sendable {
    /// SAFETY: outside its thread the handle is used for `curl_multi_wakeup` alone, which libcurl allows from any
    /// thread, and only under the lock, which the thread takes before it frees the handle.
    private struct MultiHandle: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
    }

    private enum Phase { case idle, running, closing, ended }

    private struct State {
        var phase = Phase.idle
        var multi: MultiHandle?
        var arriving: [Submission] = []
        var closers: [Waiter<Void>] = []

        func wake() { if let multi { curl_multi_wakeup(multi.pointer) } }
    }

    private enum Entry { case first, joined, refused }

    private let state = Mutex(State())

    func submit(_ submission: Submission) {
        let entry = state.withLock { state -> Entry in
            guard state.phase == .idle || state.phase == .running else { return .refused }
            state.arriving.append(submission)
            state.wake()
            defer { state.phase = .running }
            return state.phase == .idle ? .first : .joined
        }
        switch entry {
        case .joined: break
        case .refused: submission.resume(.failure(.init(.cancelled, "the client is shut down")))
        case .first: if !OwnedThread.start({ self.main() }) { fail("the system has no thread left") }
        }
    }

    func wake() { state.withLock { $0.wake() } }

    /// Asks the thread to end.
    func close() {
        state.withLock { state in
            switch state.phase {
            case .idle: state.phase = .ended
            case .running: state.phase = .closing
            case .closing, .ended: break
            }
            state.wake()
        }
    }

    /// Returns when the thread has ended.
    func shutdown() async {
        close()
        let closer = state.withLock { state -> Waiter<Void>? in
            guard state.phase == .closing else { return nil }
            let closer = Waiter<Void>()
            state.closers.append(closer)
            return closer
        }
        await closer?.value()
    }

    /// Fails what waits; the next call tries to start again.
    private func fail(_ cause: String) {
        let (waiting, closers) = end { $0.phase = $0.phase == .running ? .idle : .ended }
        for submission in waiting { submission.resume(.failure(.init(.connectionFailed, cause))) }
        for closer in closers { closer.answer() }
    }

    private func end(
        _ change: (inout State) -> Void
    ) -> (waiting: [Submission], closers: [Waiter<Void>]) {
        state.withLock { state in
            change(&state)
            defer { (state.multi, state.arriving, state.closers) = (nil, [], []) }
            return (state.arriving, state.closers)
        }
    }

    // MARK: On the thread

    private func main() {
        Self.ignoreBrokenPipes()
        guard CurlLibrary.isReady, let multi = curl_multi_init() else { return fail("libcurl does not start") }
        defer { curl_multi_cleanup(multi) }
        // Its descriptors are made with the handle, and their absence is only said here.
        guard curl_multi_wakeup(multi) == CURLM_OK else { return fail("no file descriptor is left") }
        _ = multibrand_curl_multi_long(multi, CURLMOPT_MAXCONNECTS, 64)
        let handle = MultiHandle(pointer: multi)
        state.withLock { $0.multi = handle }
        var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
        while true {
            let (arriving, isClosing) = state.withLock { state in
                defer { state.arriving = [] }
                return (state.arriving, state.phase == .closing)
            }
            for submission in arriving { begin(submission, multi, &transfers) }
            let ended = transfers.values.filter { isClosing || $0.submission.cancellation.isRequested }
            for transfer in ended {
                curl_multi_remove_handle(multi, transfer.easy)
                transfers[transfer.easy] = nil
                transfer.submission.resume(.failure(transfer.cancelled))
            }
            if isClosing { break }
            var runningCount: Int32 = 0
            curl_multi_perform(multi, &runningCount)
            finish(multi, &transfers)
            curl_multi_poll(multi, nil, 0, 60_000, nil)
        }
        let (waiting, closers) = end { $0.phase = .ended }
        for submission in waiting { submission.resume(.failure(.init(.cancelled, "the client is shut down"))) }
        for closer in closers { closer.answer() }
    }

    private func begin(
        _ submission: Submission, _ multi: UnsafeMutableRawPointer,
        _ transfers: inout [UnsafeMutableRawPointer: Transfer]
    ) {
        guard !submission.cancellation.isRequested else {
            return submission.resume(.failure(.init(.cancelled, "cancelled before it began")))
        }
        guard let transfer = Transfer(submission), curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
            return submission.resume(.failure(.init(.connectionFailed, "libcurl does not take the call")))
        }
        transfers[transfer.easy] = transfer
    }

    private func finish(_ multi: UnsafeMutableRawPointer, _ transfers: inout [UnsafeMutableRawPointer: Transfer]) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            // The message is gone once its handle is removed.
            let code = message.pointee.data.result
            curl_multi_remove_handle(multi, easy)
            guard let transfer = transfers.removeValue(forKey: easy) else { continue }
            transfer.submission.resume(transfer.outcome(code))
        }
    }

    /// A connection that the other side closed is an error of the write, not a signal; the mask is this thread's alone.
    private static func ignoreBrokenPipes() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
