import Admission
import ArgumentParser
import Foundation
import Logging
import MultibrandServer

/// Where a command that works on the service's own set-up finds it.
struct ServiceOptions: ParsableArguments {
    @Option(name: .long, help: "The configuration file (JSON). The environment takes precedence.")
    var config: String?

    func load(overrides: [String: String] = [:]) async throws -> ServiceConfiguration {
        // Unknown settings are reported with every other problem.
        try await ServiceConfiguration(reader(overrides: overrides, refusesUnknown: false))
    }

    /// - Parameter refusesUnknown: See ``SettingsReader``.
    func reader(overrides: [String: String] = [:], refusesUnknown: Bool = true) async throws -> SettingsReader {
        try await SettingsReader(
            file: config ?? ProcessInfo.processInfo.environment["MULTIBRAND_CONFIG"], overrides: overrides,
            refusesUnknown: refusesUnknown)
    }

    /// The database of a command that only reads: as configured, or that of a stack left running by `dev` when nothing
    /// is.
    func databaseToRead() async throws -> ChosenDatabase {
        let environment = ProcessInfo.processInfo.environment
        let isConfigured =
            config != nil || environment["MULTIBRAND_CONFIG"] != nil
            || environment[Settings.Database.url.environmentVariable] != nil
        if !isConfigured, let left = StackConnection.load() {
            return ChosenDatabase(
                url: left.databaseURL, origin: "the stack that `multibrand dev` runs in this directory")
        }
        return try await database()
    }

    /// The database as configured.
    ///
    /// - Parameter refusesUnknown: See ``SettingsReader``.
    func database(refusesUnknown: Bool = true) async throws -> ChosenDatabase {
        let reader = try await reader(refusesUnknown: refusesUnknown)
        let setting = Settings.Database.url
        let origin = await reader.origin(of: setting).map {
            $0 == setting.environmentVariable ? $0 : "\(setting.key) in \($0)"
        }
        return ChosenDatabase(
            url: try await reader.required(setting),
            origin: origin ?? "the default of \(setting.key) (set it, or \(setting.environmentVariable), to change it)")
    }
}

/// Sends the log to standard error in the configured shape; once a process.
func bootstrapLogging(level: Logger.Level, isJSON: Bool) {
    LoggingSystem.bootstrap { label in
        var handler: any LogHandler =
            isJSON ? JSONLogHandler(label: label) : StreamLogHandler.standardError(label: label)
        handler.logLevel = level
        return handler
    }
}

/// Lets the process open as many files as it may, and says so; once a process, before it listens.
func raiseDescriptorLimit() {
    let (before, now) = DescriptorLimit.raise()
    Logger(label: "multibrand").info(
        "open files", metadata: ["limit": "\(now.soft)", "before": "\(before.soft)", "hard": "\(now.hard)"])
}
