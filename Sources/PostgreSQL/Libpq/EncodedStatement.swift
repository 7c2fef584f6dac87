import CPostgreSQL

/// A statement with its parameters encoded.
struct EncodedStatement: Sendable {
    let sql: String
    let parameters: ParameterBlock

    init(_ statement: PostgresStatement) throws(PostgresError) {
        if statement.sql.utf8.contains(0) { throw .encoding("an SQL text cannot hold the character U+0000") }
        sql = statement.sql
        parameters = try ParameterBlock(statement.parameters)
    }
}
