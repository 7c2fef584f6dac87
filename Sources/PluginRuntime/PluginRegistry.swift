package import AllocationPlugin
package import Rewards

/// The plugins that this build knows, by name.
package struct PluginRegistry: Sendable {
    private let types: [String: any AllocationPlugin.Type]

    /// What a list of plugins shows of one.
    package struct Listing: Sendable, Hashable {
        /// The name programs are configured with.
        package let name: String
        /// The version.
        package let version: String
        /// One sentence.
        package let summary: String
        /// The JSON Schema of its configuration.
        package let configurationSchema: String
    }

    /// Takes the plugins of a build.
    ///
    /// **Errors** ``PluginInstallError/Kind/nameRepeated`` or ``PluginInstallError/Kind/nameMalformed``.
    package init(_ plugins: [any AllocationPlugin.Type]) throws(PluginInstallError) {
        var types: [String: any AllocationPlugin.Type] = [:]
        for plugin in plugins {
            guard Self.isName(plugin.name) else { throw PluginInstallError(.nameMalformed, plugin: plugin.name) }
            guard types.updateValue(plugin, forKey: plugin.name) == nil else {
                throw PluginInstallError(.nameRepeated, plugin: plugin.name)
            }
        }
        self.types = types
    }

    /// Every plugin, by name.
    package var listings: [Listing] {
        types.values.map {
            Listing(
                name: $0.name, version: $0.version, summary: $0.summary, configurationSchema: $0.configurationSchema)
        }.sorted { $0.name < $1.name }
    }

    /// The type of a plugin, or nil when this build has none of that name.
    package subscript(name: String) -> (any AllocationPlugin.Type)? { types[name] }

    /// Makes a program's plugin from its configuration.
    ///
    /// - Parameters:
    ///   - version: the version that must be in this build, as a stored decision names it; nil takes the build's own.
    ///   - configurationVersion: the number of this configuration of the program, counted from 1.
    /// **Errors** ``PluginInstallError``.
    package func install(
        programID: String, plugin name: String, version: String? = nil, configuration: JSONValue,
        configurationVersion: Int64
    ) throws(PluginInstallError) -> InstalledPlugin {
        guard let type = types[name] else { throw PluginInstallError(.unknown, plugin: name) }
        guard version == nil || version == type.version else {
            throw PluginInstallError(.versionAbsent, plugin: "\(name)@\(version ?? "")")
        }
        let plugin: any AllocationPlugin
        do {
            plugin = try type.init(configuration: configuration)
        } catch {
            throw PluginInstallError(.configurationInvalid, plugin: name, configurationError: error)
        }
        return InstalledPlugin(
            programID: programID, plugin: plugin, configuration: configuration,
            configurationVersion: configurationVersion)
    }

    private static func isName(_ name: String) -> Bool {
        let allowed = name.utf8.allSatisfy {
            $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") || $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
                || $0 == UInt8(ascii: "-")
        }
        return allowed && (1...64).contains(name.utf8.count)
    }
}
