import AllocationPlugins
package import Logging
import PluginRuntime
package import PostgreSQL
import Programs
package import Spending

/// A replay with this build's plugins, outside a running service.
package enum ReplayParts {
    /// Makes the use case; the pool needs a second connection beside the one that reads, for looking up configurations.
    ///
    /// **Errors** `PluginInstallError` when this build's plugins contradict each other.
    package static func replay(pool: PostgresPool, logger: Logger, slices: Int) throws -> Replay {
        let catalogue = ProgramCatalogue(
            pool: pool, registry: try PluginRegistry(allocationPlugins), logger: logger)
        return Replay(
            pool: pool,
            plugins: { programID, version in
                try await catalogue.plugin(of: programID, configurationVersion: version)
            }, logger: logger, slices: slices)
    }
}
