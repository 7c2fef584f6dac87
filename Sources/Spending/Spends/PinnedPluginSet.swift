import PluginRuntime
import PostgreSQL
import Rewards

/// The plugins of former decisions, gathered while a refund is worked out.
///
/// They are loaded outside the refund's transaction: a lookup inside it would want a second connection, and a pool
/// whose connections all hold refunds would never give one.
struct PinnedPluginSet: Sendable {
    /// A configuration of a program.
    struct Key: Sendable, Hashable {
        let programID: String
        let configurationVersion: Int64
    }

    /// Thrown inside a transaction that needs more plugins; nothing was written.
    struct Missing: Error {
        let keys: Set<Key>
    }

    private var found: [Key: InstalledPlugin] = [:]
    private var absent: Set<Key> = []

    /// The plugins for one decision; one that this build does not hold is left out.
    ///
    /// **Errors** ``Missing`` when one was not looked for yet.
    func plugins(_ pinned: some Sequence<(key: String, value: PluginIdentity)>) throws(Missing) -> PluginSet {
        var missing: Set<Key> = []
        var plugins: [InstalledPlugin] = []
        for (programID, identity) in pinned {
            let key = Key(programID: programID, configurationVersion: identity.configurationVersion)
            if let plugin = found[key] {
                plugins.append(plugin)
            } else if !absent.contains(key) {
                missing.insert(key)
            }
        }
        guard missing.isEmpty else { throw Missing(keys: missing) }
        return PluginSet(plugins)
    }

    /// Looks for the plugins.
    ///
    /// **Errors** `PostgresError`, `CancellationError`.
    mutating func load(_ keys: Set<Key>, _ lookup: PinnedPlugins) async throws {
        for key in keys {
            do {
                found[key] = try await lookup(key.programID, key.configurationVersion)
            } catch let error as PostgresError {
                throw error
            } catch let error as CancellationError {
                throw error
            } catch {
                absent.insert(key)
            }
        }
    }
}
