import Cosmo
import Foundation

/// The shapes of value that several settings share.
extension ServiceConfiguration {
    static func positive(_ setting: Setting<Int>, _ reader: SettingsReader) async throws -> Int {
        let value = try await reader.required(setting)
        guard value > 0 else { throw ConfigurationError(setting: setting.key, problem: "must be at least 1") }
        return value
    }

    static func positive(_ setting: Setting<Duration>, _ reader: SettingsReader) async throws -> Duration {
        let value = try await reader.required(setting)
        guard value > .zero else { throw ConfigurationError(setting: setting.key, problem: "must be above zero") }
        return value
    }

    /// How many connections a door may have: no process has more descriptors than the upper bound.
    static func connections(_ setting: Setting<Int>, _ reader: SettingsReader) async throws -> Int {
        let value = try await positive(setting, reader)
        guard value <= 1_000_000 else {
            throw ConfigurationError(setting: setting.key, problem: "must be at most 1000000")
        }
        return value
    }

    static func port(_ setting: Setting<Int>, _ reader: SettingsReader) async throws -> Int {
        let value = try await reader.required(setting)
        guard (0...65535).contains(value) else {
            throw ConfigurationError(setting: setting.key, problem: "must be 0 to 65535")
        }
        return value
    }

    static func tlsFiles(
        _ certificate: Setting<String>, _ key: Setting<String>, _ reader: SettingsReader
    ) async throws -> TLSFiles? {
        let files = (try await reader.value(certificate), try await reader.value(key))
        switch files {
        case (nil, nil): return nil
        case (let certificatePath?, let keyPath?):
            for (path, setting) in [(certificatePath, certificate), (keyPath, key)]
            where !FileManager.default.isReadableFile(atPath: path) {
                throw ConfigurationError(setting: setting.key, problem: "names a file that cannot be read")
            }
            return TLSFiles(certificate: certificatePath, key: keyPath)
        case (nil, _): throw ConfigurationError(setting: certificate.key, problem: "must be given beside \(key.key)")
        case (_, nil): throw ConfigurationError(setting: key.key, problem: "must be given beside \(certificate.key)")
        }
    }

    static func path(_ setting: Setting<String>, _ reader: SettingsReader) async throws -> WebhookPayloadPath? {
        guard let text = try await reader.value(setting) else { return nil }
        guard let path = WebhookPayloadPath(text) else {
            throw ConfigurationError(
                setting: setting.key, problem: "must be names joined by dots, such as allocation.parts")
        }
        return path
    }

    /// The texts between commas, without the spaces around them.
    static func list(_ setting: Setting<String>, _ reader: SettingsReader) async throws -> [String] {
        (try await reader.value(setting) ?? "").split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    static func choice<Choice: RawRepresentable & CaseIterable>(
        _ setting: Setting<String>, _ reader: SettingsReader
    ) async throws -> Choice where Choice.RawValue == String {
        let text = try await reader.required(setting)
        guard let choice = Choice(rawValue: text) else {
            throw ConfigurationError(
                setting: setting.key,
                problem: "must be one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }
}
