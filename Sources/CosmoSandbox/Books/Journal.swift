import Dispatch
import Foundation
import Synchronization
import Waiting

/// An append-only file of JSON Lines that makes the sandbox's state outlive it, kill -9 included.
///
/// **Guarantees**: once `durable(upTo:)` returns, the lines are on disk (fsync). A torn last line, left by a kill in
/// the middle of a write, is cut off when the file is opened.
/// **Cost**: lines appended while one fsync runs share the next one.
final class Journal: Sendable {
    private struct State {
        var pending: [UInt8] = []
        /// How many appends have been made, and how many of them are on disk.
        var appended: UInt64 = 0
        var durable: UInt64 = 0
        var isFlushing = false
        var hasFailed = false
        var waiting: [(upTo: UInt64, waiter: Waiter<Bool>)] = []
    }

    private let state = Mutex(State())
    private let descriptor: Int32
    private let isDurable: Bool
    private let queue = DispatchQueue(label: "cosmo-sandbox.journal")

    /// Opens or creates the journal and hands every whole line to `replay` in order.
    init(path: String, isDurable: Bool, replay: (ArraySlice<UInt8>) throws -> Void) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SandboxInputError("the journal cannot be opened: \(path)") }
        self.descriptor = descriptor
        self.isDurable = isDurable
        // Held until the process ends or the journal is closed; two writers would tear each other's lines.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw SandboxInputError("another sandbox is using the journal \(path)")
        }
        let content = FileManager.default.contents(atPath: path).map(Array.init) ?? []
        let whole = content.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        for (index, line) in content[..<whole].split(separator: UInt8(ascii: "\n")).enumerated() {
            do {
                try replay(line)
            } catch {
                throw SandboxInputError("line \(index + 1) of the journal \(path) cannot be read; move the file away")
            }
        }
        guard ftruncate(descriptor, whole) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
            throw SandboxInputError("the journal cannot be cut to its last whole line: \(path)")
        }
    }

    deinit { close(descriptor) }

    /// Adds lines and returns the mark to wait for; the order of calls is the order in the file.
    func append(_ entries: [JournalEntry]) -> UInt64 {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        var lines: [UInt8] = []
        for entry in entries {
            guard let line = try? encoder.encode(entry) else { continue }
            lines.append(contentsOf: line)
            lines.append(UInt8(ascii: "\n"))
        }
        let (mark, startsFlush) = state.withLock { state in
            state.pending.append(contentsOf: lines)
            state.appended += 1
            let startsFlush = !state.isFlushing
            state.isFlushing = true
            return (state.appended, startsFlush)
        }
        if startsFlush { queue.async { self.flush() } }
        return mark
    }

    /// Waits until everything up to a mark is on disk; false when the disk refused it.
    func durable(upTo mark: UInt64) async -> Bool {
        let waiter = Waiter<Bool>()
        state.withLock { state in
            if state.hasFailed || state.durable >= mark {
                waiter.answer(!state.hasFailed)
            } else {
                state.waiting.append((mark, waiter))
            }
        }
        return await waiter.value()
    }

    /// Lets another sandbox open the file, once everything that was appended is written.
    func release() {
        queue.sync { _ = flock(descriptor, LOCK_UN) }
    }

    /// Writes what has gathered until nothing is left; runs on the journal's own queue.
    private func flush() {
        while true {
            let (lines, mark) = state.withLock { state in
                defer { state.pending.removeAll(keepingCapacity: true) }
                return (state.pending, state.appended)
            }
            let isWritten = write(lines)
            let (ready, isDone) = state.withLock { state -> ([Waiter<Bool>], Bool) in
                state.durable = mark
                if !isWritten { state.hasFailed = true }
                let ready = state.waiting.filter { $0.upTo <= mark || state.hasFailed }.map(\.waiter)
                state.waiting.removeAll { $0.upTo <= mark || state.hasFailed }
                let isDone = state.pending.isEmpty
                if isDone { state.isFlushing = false }
                return (ready, isDone)
            }
            for waiter in ready { waiter.answer(isWritten) }
            if isDone { return }
        }
    }

    private func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            // SAFETY: the pointer is used within the closure only, for exactly the bytes the slice holds.
            let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return !isDurable || fsync(descriptor) == 0
    }
}
