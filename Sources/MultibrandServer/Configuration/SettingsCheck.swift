/// Reads settings and collects what is wrong with them, instead of stopping at the first problem.
///
/// A setting that is wrong or missing reads as its fallback or a placeholder, so that the settings after it can be
/// checked too. What was read may be used only where the settings behind it are sound.
///
/// **Concurrency** Used by one task.
final class SettingsCheck {
    private let reader: SettingsReader
    /// At most one for each setting, in the order in which they were found.
    private(set) var problems: [SettingProblem]

    init(_ reader: SettingsReader) {
        self.reader = reader
        problems = reader.unknown
    }

    /// Whether nothing is wrong with a setting so far.
    func isSound(_ setting: some SettingDescription) -> Bool { !problems.contains { $0.setting == setting.key } }

    /// The value of a setting, or its fallback, or nil.
    func value<Value>(_ setting: Setting<Value>) async -> Value? {
        do {
            return try await reader.value(setting)
        } catch {
            await note(setting, error)
            return setting.fallback
        }
    }

    /// The value of a setting that has a fallback or must be given.
    func required<Value>(_ setting: Setting<Value>) async -> Value {
        do {
            return try await reader.required(setting)
        } catch {
            await note(setting, error)
            return setting.fallback ?? .placeholder
        }
    }

    /// The value of a setting that has a fallback or must be given, if it is allowed.
    ///
    /// - Parameter rule: What the value must be, as words that follow the key.
    func required<Value>(
        _ setting: Setting<Value>, _ rule: String, where isAllowed: (Value) -> Bool
    ) async -> Value {
        let value = await required(setting)
        guard isSound(setting), !isAllowed(value) else { return value }
        await note(setting, rule)
        return setting.fallback ?? .placeholder
    }

    /// Records a problem, unless one of the setting is recorded already.
    ///
    /// - Parameter problem: Words that follow the key.
    func note(_ setting: some SettingDescription, _ problem: String) async {
        guard isSound(setting) else { return }
        let correction =
            await reader.origin(of: setting).map { "correct it in \($0)" }
            ?? "set \(setting.environmentVariable), or \(setting.key) in the configuration file"
        problems.append(
            SettingProblem(
                setting: setting.key, problem: problem, value: setting.isSecret ? nil : await reader.given(setting),
                remedy: "\(correction). Meaning: \(setting.meaning)"))
    }

    /// Records a problem of several settings, or of none that can be named.
    func note(_ problem: SettingProblem) { problems.append(problem) }

    private func note(_ setting: some SettingDescription, _ error: any Error) async {
        await note(setting, (error as? ConfigurationError)?.problem ?? "cannot be read: \(error)")
    }
}
