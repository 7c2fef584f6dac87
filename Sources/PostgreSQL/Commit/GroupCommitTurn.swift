/// Held by a batch for a line that was put off before, such as its place at the head of those who wait for the row.
package protocol GroupCommitTurn: Sendable {
    /// Gives it up; called once, when the batch has ended. It must return at once.
    func end()
}
