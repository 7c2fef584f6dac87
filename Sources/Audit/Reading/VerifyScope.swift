/// How much of the database `verify` looks at.
package enum VerifyScope: Sendable, Hashable {
    /// All of it.
    case everything
    /// So many cards drawn at random, with everything that is theirs: a matter of seconds on a database of any size.
    case sample(cards: Int)
    /// These cards, with everything that is theirs.
    case cards([String])
}
