import PostgreSQL

/// How events that may be retries are dealt with.
package struct RetryRule: Sendable, Hashable {
    /// How long after a delivery its sender may still send it again.
    package var window: Duration
    /// How long issuing for a held pair waits for a decision; zero for as long as it is held.
    package var heldWait: Duration

    /// Makes a rule.
    package init(window: Duration = .seconds(86_400), heldWait: Duration = .seconds(259_200)) {
        self.window = window
        self.heldWait = heldWait
    }
}
