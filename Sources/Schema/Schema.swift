package import PostgreSQL

/// The database's schema, as this executable knows it.
package enum Schema {
    /// The files of `migrations/`, which the executable holds, so that it needs no file beside it.
    package static let migrations = MigrationSource.texts(migrationTexts)
}
