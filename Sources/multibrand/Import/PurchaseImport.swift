import Foundation
import MultibrandAPI
import RPC
import SwiftProtobuf
import Waiting

/// Records a file of purchases over one stream, resumably.
///
/// **Guarantees** Idempotent: spends are, by id. The position that is kept never runs ahead of what the service
/// acknowledged. A refused line never stops the import.
///
/// **Errors** ``CommandFailure`` when the service stays away or refuses the caller; ``PurchaseProblem`` when the file
/// itself cannot be read. The progress is on disk then.
///
/// **Cost** Memory for the lines in flight, which flow control bounds; the file is streamed.
struct PurchaseImport {
    private static let path = "/multibrand.v1.SpendService/RecordSpends"
    private static let backoffMax = Duration.seconds(5)

    let file: String
    let connection: AdminConnection
    let rejectedPath: String
    let restart: Bool
    let progress: Bool
    /// The service's address: progress made with one service is none with another.
    let target: String
    /// How long to wait for a service that answered before and went away.
    let patience: Duration
    /// Whether the file is complete: a last line without a line break is a line then, not half of one.
    let final: Bool

    init(
        file: String, connection: AdminConnection, rejectedPath: String, restart: Bool, progress: Bool,
        target: String = "", patience: Duration = .seconds(300), final: Bool = false
    ) {
        self.file = file
        self.connection = connection
        self.rejectedPath = rejectedPath
        self.restart = restart
        self.progress = progress
        self.target = target
        self.patience = patience
        self.final = final
    }

    func run() async throws -> ImportSummary {
        let began = ContinuousClock.now
        try refuseOverwritingTheInput()
        var earlier = ImportProgress(target: target)
        var digest = RunningDigest()
        var changed: ClosedRange<Int>?
        if !restart, let left = ImportProgress.load(for: file, target: target) {
            (earlier, digest, changed) = try left.verified(against: file)
        }
        let purchases = try PurchaseFile(
            path: file, position: earlier.state.position, takesUnfinished: final)
        if earlier.isFinished, earlier.state.position.offset == purchases.size {
            return ImportSummary(earlier, file: file, wasFinished: true, duration: .zero)
        }
        if let changed {
            say(
                "lines \(changed.lowerBound) to \(changed.upperBound) of \(file) are not what an earlier run "
                    + "sent; everything from line \(changed.lowerBound) on is sent again. A purchase that was recorded "
                    + "with other content is rejected as SPEND_CONFLICT."
            )
        }
        let ledger = try ImportLedger(
            file: file, bytes: purchases.size, progress: earlier, digest: digest, rejectedPath: rejectedPath,
            showsProgress: progress)
        let session = ImportSession(file: purchases, ledger: ledger)
        do {
            try await record(session)
        } catch {
            // The first failure is the one to report; without this progress the next run only takes longer.
            try? session.save()
            throw error
        }
        try session.finish()
        let summary = ImportSummary(
            session.progress, file: file, left: session.leftLines, changed: changed, wasFinished: false,
            duration: ContinuousClock.now - began)
        guard summary.addsUp else {
            throw CommandFailure(
                .violations,
                "the numbers do not add up to the file's \(summary.lines) lines: please report this\n\(summary.table)")
        }
        return summary
    }

    /// One stream after the other until every line is settled.
    private func record(_ session: ImportSession) async throws {
        var settledBefore: Int64 = 0
        var lastAdvance = ContinuousClock.now
        let backoff = Backoff(base: .milliseconds(100), cap: Self.backoffMax, jitter: .equal)
        var failures = 0
        while !session.isComplete {
            let problem = try await round(session)
            if session.isComplete { return }
            if session.settledLines > settledBefore {
                settledBefore = session.settledLines
                lastAdvance = .now
                failures = 0
            }
            let reason = problem ?? session.lastProblem
            let limit = session.settledLines == 0 ? min(patience, .seconds(15)) : patience
            guard ContinuousClock.now - lastAdvance < limit else {
                throw CommandFailure(
                    .unavailable, "the service takes no purchases (\(reason)); the same command again goes on from here"
                )
            }
            session.wait(because: reason)
            // Jitter: imports that were cut off together do not come back together.
            failures += 1
            try await Task.sleep(for: backoff.pause(afterFailures: failures))
        }
    }

    /// One stream: what is not settled is sent again, then the file goes on.
    ///
    /// - Returns: Why it ended early, when the connection or the service did; nil otherwise.
    private func round(_ session: ImportSession) async throws -> String? {
        session.beginRound()
        do {
            try await connection.client.bidirectional(Self.path) {
                (
                    writer: RPCWriter<Multibrand_V1_RecordSpendRequest>,
                    answers: RPCMessages<Multibrand_V1_RecordSpendsResponse>
                ) in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await Self.send(session, to: writer) }
                    group.addTask { for try await answer in answers { try session.take(answer) } }
                    // The first to fail ends the other.
                    while try await group.next() != nil {}
                }
            }
            return nil
        } catch let error as RPCError {
            guard ImportWindow.isTemporary(error.code) else { throw error }
            return CommandFailure(error)?.message ?? error.message
        }
    }

    private static func send(_ session: ImportSession, to writer: RPCWriter<Multibrand_V1_RecordSpendRequest>)
        async throws
    {
        while let spend = try session.nextToSend() {
            do {
                try await writer.send(.with { $0.spend = spend })
            } catch is RPCError {
                // The stream is over; why, the other half learns when it reads on.
                return
            }
        }
        writer.finish()
    }

    private func refuseOverwritingTheInput() throws {
        let paths = [file, rejectedPath, ImportProgress.path(for: file)].map {
            URL(fileURLWithPath: $0).standardizedFileURL.resolvingSymlinksInPath().path
        }
        guard Set(paths).count == paths.count else {
            throw PurchaseProblem(
                reason: "SAME_FILE", message: "--rejected must name another file than the purchases' own")
        }
    }
}
