import PostgreSQL
import Programs
import Synchronization

extension ServiceUnderTest {
    /// A configuration that the use case has taken, as its row has it.
    private struct Proven: Sendable {
        let plugin: String
        let pluginVersion: String
        let configuration: String
        let digest: String
    }

    private static let proven = Mutex<[String: Proven]>([:])

    /// Puts a configuration in force for a program.
    ///
    /// The use case holds every configuration to the plugin contract, which takes a good part of a second; each passes
    /// it once a process, and after that its row is written as the use case would.
    func configure(_ program: String, _ configuration: Catalogue.Configuration) async throws {
        let key = program + configuration.json
        if let proven = Self.proven.withLock({ $0[key] }) {
            try await write(proven, of: program)
            return try await catalogue.reload()
        }
        _ = try await configureProgram(
            programID: program, plugin: configuration.plugin, configurationJSON: configuration.json, by: "operator")
        let row = try await pool.query(
            """
            select c.plugin, c.plugin_version, c.configuration, c.digest
              from programs p join program_configurations c using (program_id, configuration_version)
             where p.program_id = $1
            """, [.text(program)])[0]
        let proven = Proven(
            plugin: try row.get("plugin"), pluginVersion: try row.get("plugin_version"),
            configuration: try row.get("configuration"), digest: try row.get("digest"))
        Self.proven.withLock { $0[key] = proven }
    }

    private func write(_ proven: Proven, of program: String) async throws {
        _ = try await pool.query(
            """
            with next as (
                insert into program_configurations (
                    program_id, configuration_version, plugin, plugin_version, configuration, digest, set_by, set_at)
                select p.program_id, p.configuration_version + 1, $2, $3, $4, $5, 'operator', $6::timestamptz
                  from programs p left join program_configurations c using (program_id, configuration_version)
                 where p.program_id = $1 and c.digest is distinct from $5
                returning program_id, configuration_version)
            update programs p set configuration_version = next.configuration_version, changed_at = $6
              from next where p.program_id = next.program_id
            """,
            [
                .text(program), .text(proven.plugin), .text(proven.pluginVersion), .text(proven.configuration),
                .text(proven.digest), .timestamptz(clock.now()),
            ])
    }
}
