import CPostgreSQL
import Glibc

extension LibpqSession {
    /// What a transaction that only read commits with, so that its COMMIT waits for the standby as a writing one's
    /// does.
    ///
    /// An answer such as "this was recorded before" vouches for rows that another transaction wrote. If that one did
    /// not wait to the end, or the server restarted meanwhile, its rows can be read but may be missing on the standby.
    /// The standby applies the log in order, so once it has a later record it has all earlier ones. COMMIT waits only
    /// for a transaction that wrote. So an empty message is written, but only if there is a synchronous standby.
    static let vouchSQL = """
        SELECT pg_logical_emit_message(true, 'multibrand', '')
        WHERE pg_current_xact_id_if_assigned() IS NULL
            AND current_setting('synchronous_standby_names') <> '' AND NOT pg_is_in_recovery()
        """

    /// Sends COMMIT and returns the server's tag for it.
    ///
    /// **Errors** `CommitStillUnderWay` when the answer did not come in time: ``isCommitPending`` then holds, and
    /// nothing else may run; `commitOutcomeUnknown` when the server answered with a warning; the server's error.
    func commit(vouch: EncodedStatement?, commit: EncodedStatement) throws -> String {
        if wasCancelled {
            // The request may still be on its way, and would hit the COMMIT.
            throw PostgresError(
                .timeout, "a statement of the transaction was being cancelled, so the transaction was not committed")
        }
        let mustVouch = isInHealthyTransaction && !hasWritten
        isCommitting = true
        commitNotice = nil
        do {
            let results = try pipeline((mustVouch ? vouch.map { [$0] } ?? [] : []) + [commit], preamble: nil)
            isCommitting = false
            try refuseDoubtfulCommit()
            return results.last?.commandTag ?? ""
        } catch let error as CommitStillUnderWay {
            isCommitPending = true
            isSuspect = true
            throw error
        } catch {
            isCommitting = false
            throw error
        }
    }

    /// Throws when the server gave a warning with which it says that the commit may not have reached a standby.
    func refuseDoubtfulCommit() throws {
        guard let notice = commitNotice else { return }
        isSuspect = true
        throw PostgresError(
            .commitOutcomeUnknown,
            "the server warned that the commit may not have reached its standby (SQLSTATE \(notice.sqlState)); "
                + "repeat the call: only a later commit that succeeds vouches for it")
    }

    /// Notes whether a statement certainly wrote rows.
    func noteWrite(_ result: OpaquePointer) {
        guard !hasWritten, let tag = PQcmdStatus(result), let rows = PQcmdTuples(result) else { return }
        let verb = String(cString: tag).prefix { $0 != " " }
        let isWrite = ["INSERT", "UPDATE", "DELETE", "MERGE"].contains(verb)
        if isWrite, rows.pointee != 0, rows.pointee != CChar(bitPattern: UInt8(ascii: "0")) { hasWritten = true }
    }

    /// Waits for the answer to a COMMIT whose caller has gone, for so long; false when it is still to come.
    func awaitPendingCommit(atMost limit: Duration) -> Bool {
        begin(JobControl(timeout: limit, interrupting: .leaves))
        defer { endJob() }
        do {
            if let result = try nextResult() { PQclear(result) }
        } catch is CommitStillUnderWay {
            return false
        } catch {
            abandon()
        }
        isCommitPending = false
        return true
    }
}
