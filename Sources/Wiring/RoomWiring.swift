import Issuance
package import PluginRuntime
package import PostgreSQL
package import Programs
package import Spending

/// How the rooms of the business meet: each names what it needs of another, and this fills it.
///
/// The service, the random histories and the fault injection are all wired by it.
package struct RoomWiring: Sendable {
    /// The database.
    package let pool: PostgresPool
    /// The programs and plugins in force.
    package let catalogue: ProgramCatalogue
    /// How long a position gathers earnings before it is planned.
    package let planDelay: Duration
    /// The clock of every room.
    package let now: @Sendable () -> PostgresTimestamp

    /// Wires rooms over one database.
    package init(
        pool: PostgresPool, catalogue: ProgramCatalogue, planDelay: Duration = .zero,
        now: @escaping @Sendable () -> PostgresTimestamp
    ) {
        self.pool = pool
        self.catalogue = catalogue
        self.planDelay = planDelay
        self.now = now
    }

    /// The plugins in force, as the catalogue has them at the moment of the call.
    package var plugins: @Sendable () -> PluginSet { { [catalogue] in catalogue.plugins } }

    /// The plugin of any configuration that a decision pinned.
    package var pinnedPlugins: PinnedPlugins {
        { [catalogue] programID, version in
            try await catalogue.plugin(of: programID, configurationVersion: version)
        }
    }

    /// What a change of a program does elsewhere, in its own transaction.
    package var programsEffects: ProgramsEffects {
        ProgramsEffects(
            onTermsChanged: { [now] in PositionStore.planProgram($0, includingUnblocked: true, at: now()) })
    }
}
