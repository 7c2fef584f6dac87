package import PluginRuntime
import Rewards

/// All programs and the plugins in force at one moment; immutable, replaced as a whole.
package struct ProgramsSnapshot: Sendable {
    /// Nothing known yet.
    package static let empty = ProgramsSnapshot(programs: [], registry: nil)

    /// The programs in order of id.
    package let programs: [Program]
    /// The plugin of each program that has one.
    package let plugins: PluginSet
    /// Programs whose configuration in force this build cannot run, with the reason; their legs are parked.
    package let faults: [String: String]
    private let indexes: [String: Int]

    init(programs: [Program], registry: PluginRegistry?) {
        self.programs = programs
        self.indexes = Dictionary(
            programs.enumerated().map { ($0.element.programID, $0.offset) }, uniquingKeysWith: { first, _ in first })
        var installed: [InstalledPlugin] = []
        var faults: [String: String] = [:]
        for program in programs {
            guard let registry, let configuration = program.configuration else { continue }
            switch Self.install(configuration, of: program.programID, from: registry) {
            case .success(let plugin): installed.append(plugin)
            case .failure(let error): faults[program.programID] = "\(error)"
            }
        }
        self.plugins = PluginSet(installed)
        self.faults = faults
    }

    /// A program by id, or nil.
    package func program(_ programID: String) -> Program? {
        indexes[programID].map { programs[$0] }
    }

    /// Makes the plugin of a stored configuration, exactly in the version it names (I-9).
    static func install(
        _ configuration: ProgramConfiguration, of programID: String, from registry: PluginRegistry
    ) -> Result<InstalledPlugin, any Error> {
        Result {
            try registry.install(
                programID: programID, plugin: configuration.plugin, version: configuration.pluginVersion,
                configuration: try JSONValue(parsing: configuration.configurationJSON),
                configurationVersion: configuration.configurationVersion)
        }
    }
}
