/// A Swift type that an element of a PostgreSQL array can be read as.
package protocol PostgresArrayElement {
    /// Reads an element from its binary form; `nil` bytes mean NULL. Returns `nil` when it does not fit.
    static func decodeElement(_ bytes: UnsafeRawBufferPointer?, type: UInt32) throws(PostgresError) -> Self?
}
