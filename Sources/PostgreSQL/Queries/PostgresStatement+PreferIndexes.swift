extension PostgresStatement {
    /// Has the rest of the transaction planned over indexes.
    ///
    /// Plans are cached for as long as a connection lives. One made while the tables of a new database are empty would
    /// scan them whole, and go on scanning while they grow.
    package static let preferIndexes = PostgresStatement("set local enable_seqscan = off")
}
