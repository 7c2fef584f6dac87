import PostgreSQL

extension PostgresError {
    /// Whether the values of some row were refused, or could not be read: the other rows of the batch may well pass.
    ///
    /// Nothing that concerns the database as a whole counts, such as a disk that is full, a standby or a lost connection.
    var isAboutSomeRow: Bool {
        switch kind {
        // 22: data exception; 23: integrity constraint; P0: raised by a trigger.
        case .server: sqlState.map { ["22", "23", "P0"].contains($0.classCode) } ?? false
        case .decoding, .encoding: true
        case .connectionLost, .connectionFailed, .timeout, .leaseTimeout, .lockBusy, .commitOutcomeUnknown,
            .transactionAborted,
            .closed, .invalidUse:
            false
        }
    }
}
