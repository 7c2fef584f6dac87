/// What a line of a group committer holds while its items, put off before, are tried again; such as its place at the
/// head of those who wait for a row.
package protocol GroupCommitTurn: Sendable {
    /// Gives it up; called once, when the batch has ended. It must return at once.
    func end()
}
