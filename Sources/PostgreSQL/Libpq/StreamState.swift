import CPostgreSQL

/// A statement whose rows are being read piece by piece.
struct StreamState {
    let statement: PreparedStatement
}
