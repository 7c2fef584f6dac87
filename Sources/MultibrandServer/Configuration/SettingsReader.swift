import Configuration
import Foundation

/// Reads settings from the environment, then from one JSON file, then falls back to what the table says.
///
/// **Guarantees** A key in the file that no setting has, and a `MULTIBRAND_` variable that nothing reads, are refused
/// by name, so that a misspelt one is noticed.
/// **Errors** ``ConfigurationError``, which names the setting and never the value of a secret.
package struct SettingsReader: Sendable {
    private let reader: ConfigReader
    private let file: String?
    private let variables: [String: String]
    private let overrides: [String: String]
    /// The keys of the file that no setting has, and the variables that nothing reads.
    let unknown: [SettingProblem]

    /// - Parameters:
    ///   - file: Path of the JSON file, or nil for none.
    ///   - environment: Variables; the process's own when left out.
    ///   - overrides: Values by key that win over both, as `dev` and the tests set them.
    ///   - refusesUnknown: Whether unknown keys and variables are an error here. Otherwise they are among the problems
    ///     that ``ServiceConfiguration/read(_:)`` returns.
    package init(
        file: String?,
        environment: [String: String]? = nil,
        overrides: [String: String] = [:],
        refusesUnknown: Bool = true
    ) async throws {
        let environment = environment ?? ProcessInfo.processInfo.environment
        var unknown = EnvironmentVariables.unknown(in: environment)
        var providers: [any ConfigProvider] = []
        self.file = file
        self.overrides = overrides
        variables = Dictionary(
            uniqueKeysWithValues: Settings.all.compactMap { setting in
                environment[setting.environmentVariable].map { (setting.key, $0) }
            })
        if let file {
            do {
                unknown += try Self.unknownKeys(in: file)
            } catch let error as ConfigurationError {
                throw ConfigurationError(unknown + error.problems) ?? error
            }
            let location = ConfigReader(
                provider: InMemoryProvider(values: ["filePath": .init(.string(file), isSecret: false)]))
            do {
                providers.append(try await FileProvider<JSONSnapshot>(config: location))
            } catch {
                throw ConfigurationError(setting: file, problem: "cannot be read as JSON: \(error)")
            }
        }
        if refusesUnknown, let error = ConfigurationError(unknown) { throw error }
        self.unknown = unknown
        // A reader needs a provider; this one knows nothing and comes last.
        providers.append(InMemoryProvider(values: [:]))
        self.reader = ConfigReader(providers: providers)
    }

    /// The value of a setting, or its fallback, or nil.
    package func value<Value>(_ setting: Setting<Value>) async throws -> Value? {
        guard let text = try await text(setting) else { return setting.fallback }
        guard let value = Value(settingText: text) else {
            throw ConfigurationError(setting: setting.key, problem: "must be \(Value.settingPhrase)")
        }
        return value
    }

    /// The value of a setting that has a fallback or must be given.
    package func required<Value>(_ setting: Setting<Value>) async throws -> Value {
        guard let value = try await value(setting) else {
            throw ConfigurationError(
                setting: setting.key,
                problem: "must be given: in the configuration file, or as \(setting.environmentVariable)")
        }
        return value
    }

    /// What gives a setting its value: the name of a variable or of the file; nil when nothing does.
    package func origin(of setting: some SettingDescription) async -> String? {
        if overrides[setting.key] != nil { return "the command line" }
        if variables[setting.key] != nil { return setting.environmentVariable }
        return await given(setting) == nil ? nil : file
    }

    /// The text that was given for a setting; nil when none was, or something else than text.
    func given(_ setting: some SettingDescription) async -> String? { try? await text(setting) }

    private func text(_ setting: some SettingDescription) async throws -> String? {
        if let override = overrides[setting.key] ?? variables[setting.key] { return override.isEmpty ? nil : override }
        let key = ConfigKey(setting.key)
        do {
            return try await reader.fetchString(forKey: key, isSecret: setting.isSecret)
        } catch {
            // It is there, as something else than text.
        }
        if let number = try? await reader.fetchInt(forKey: key, isSecret: setting.isSecret) { return String(number) }
        // A number that is no integer would read as a flag that is on.
        let isNumber = (try? await reader.fetchDouble(forKey: key, isSecret: setting.isSecret)) != nil
        if !isNumber, let flag = try? await reader.fetchBool(forKey: key, isSecret: setting.isSecret) {
            return flag ? "on" : "off"
        }
        // Passing over it would leave the fallback in force, unsaid.
        throw ConfigurationError(
            setting: setting.key,
            problem: "must be \(setting.valuePhrase), not a list, a fraction or a number beyond 64 bits")
    }

    /// **Errors** ``ConfigurationError`` when the file is missing or is not JSON.
    private static func unknownKeys(in file: String) throws -> [SettingProblem] {
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw ConfigurationError(setting: file, problem: "cannot be read; does the file exist?")
        }
        let known = Set(Settings.all.map(\.key))
        let tree: Any
        do {
            tree = try JSONSerialization.jsonObject(with: bytes)
        } catch {
            throw ConfigurationError(setting: file, problem: "is not JSON")
        }
        return leaves(of: tree, under: "").filter { !known.contains($0) }.map { key in
            let near = known.filter { $0.hasPrefix(key.prefix(while: { $0 != "." })) }.sorted().joined(separator: ", ")
            let meant = EnvironmentVariables.nearest(to: key, among: known.sorted()).map { "; did you mean \($0)?" }
            return SettingProblem(
                setting: key, problem: "is not a setting" + (meant ?? (near.isEmpty ? "" : "; there are: \(near)")),
                remedy: "correct its name in \(file), or remove it; `multibrand doctor --settings` lists all keys")
        }
    }

    private static func leaves(of tree: Any, under path: String) -> [String] {
        guard let object = tree as? [String: Any] else { return path.isEmpty ? [] : [path] }
        return object.sorted { $0.key < $1.key }.flatMap { key, value in
            leaves(of: value, under: path.isEmpty ? key : "\(path).\(key)")
        }
    }
}
