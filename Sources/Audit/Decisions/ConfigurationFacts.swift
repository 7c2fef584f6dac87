import PostgreSQL

/// Every plugin configuration that a program had: a small reference table, read whole.
struct ConfigurationFacts: Sendable {
    struct Fact: Sendable {
        /// Name and version, such as `flat-rate@1.0.0`.
        let plugin: String
        let digest: String
    }

    private var facts: [String: [Int64: Fact]] = [:]

    init(on connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            """
            select program_id, configuration_version::bigint as version, plugin || '@' || plugin_version as plugin, \
            digest
            from program_configurations
            """)
        for row in rows {
            facts[try row.get("program_id"), default: [:]][try row.get("version")] = Fact(
                plugin: try row.get("plugin"), digest: try row.get("digest"))
        }
    }

    /// Whether the program has any configuration on record.
    func knows(_ programID: String) -> Bool { facts[programID] != nil }

    func fact(_ programID: String, version: Int64) -> Fact? { facts[programID]?[version] }
}
