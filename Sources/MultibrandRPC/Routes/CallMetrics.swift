import Metrics
import RPC
import Synchronization

/// Counts calls by method and status, and how long each method takes.
///
/// **Cost** One locked look-up a call; handles are made once for each method and status.
final class CallMetrics: Sendable {
    private struct Key: Hashable {
        let path: String
        let code: RPCStatusCode
    }

    private let counters = Mutex<[Key: Counter]>([:])
    private let timers = Mutex<[String: Timer]>([:])

    func record(_ call: RPCCallRecord) {
        let counter = counters.withLock { counters in
            let key = Key(path: call.path, code: call.code)
            if let counter = counters[key] { return counter }
            let counter = Counter(
                label: "rpc_calls_total", dimensions: [("method", call.path), ("code", "\(call.code)")])
            counters[key] = counter
            return counter
        }
        let timer = timers.withLock { timers in
            if let timer = timers[call.path] { return timer }
            let timer = Timer(label: "rpc_call_duration_seconds", dimensions: [("method", call.path)])
            timers[call.path] = timer
            return timer
        }
        counter.increment()
        timer.record(duration: call.duration)
    }
}
