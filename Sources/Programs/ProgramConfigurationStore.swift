import PostgreSQL

/// The SQL of the `program_configurations` table.
enum ProgramConfigurationStore {
    private static let columns =
        "configuration_version, plugin, plugin_version, configuration, digest, set_by, set_at"

    /// Every configuration a program had, newest first.
    static func all(of programID: String) -> Query<ProgramConfiguration> {
        Query(
            "select \(columns) from program_configurations where program_id = $1 order by configuration_version desc",
            [.text(programID)], read: configuration)
    }

    /// One version of each of some programs.
    static func some(
        _ versions: [String: Int64]
    ) -> Query<(programID: String, configuration: ProgramConfiguration)> {
        let wanted = versions.sorted { $0.key < $1.key }
        return Query(
            """
            select program_id, \(columns) from program_configurations
            where (program_id, configuration_version) in (select * from unnest($1::text[], $2::int8[]))
            """, [.textArray(wanted.map(\.key)), .int8Array(wanted.map(\.value))]
        ) { row in (try row.get("program_id"), try configuration(row)) }
    }

    /// One version of a program's configuration; no row when there is none.
    static func one(of programID: String, version: Int64) -> Query<ProgramConfiguration> {
        Query(
            "select \(columns) from program_configurations where program_id = $1 and configuration_version = $2",
            [.text(programID), .int8(version)], read: configuration)
    }

    static func insert(_ configuration: ProgramConfiguration, of programID: String) -> PostgresStatement {
        PostgresStatement(
            """
            insert into program_configurations
                (program_id, configuration_version, plugin, plugin_version, configuration, digest, set_by, set_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .text(programID), .int8(configuration.configurationVersion), .text(configuration.plugin),
                .text(configuration.pluginVersion), .text(configuration.configurationJSON),
                .text(configuration.digest), .text(configuration.setBy), .timestamptz(configuration.setAt),
            ])
    }

    /// The configuration of a joined row, nil when the join found none.
    static func configurationIfAny(_ row: PostgresRow) throws -> ProgramConfiguration? {
        guard try row.get("configuration_version", as: Int64?.self) != nil else { return nil }
        return try configuration(row)
    }

    private static func configuration(_ row: PostgresRow) throws -> ProgramConfiguration {
        ProgramConfiguration(
            configurationVersion: try row.get("configuration_version"), plugin: try row.get("plugin"),
            pluginVersion: try row.get("plugin_version"), configurationJSON: try row.get("configuration"),
            digest: try row.get("digest"), setBy: try row.get("set_by"), setAt: try row.get("set_at"))
    }
}
