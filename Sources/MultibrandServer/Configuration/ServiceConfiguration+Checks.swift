import Cosmo
import Foundation

/// The shapes of value that several settings share.
extension ServiceConfiguration {
    static func positive(_ setting: Setting<Int>, _ reader: SettingsCheck) async -> Int {
        await reader.required(setting, "must be at least 1") { $0 > 0 }
    }

    static func positive(_ setting: Setting<Duration>, _ reader: SettingsCheck) async -> Duration {
        await reader.required(setting, "must be above zero") { $0 > .zero }
    }

    /// How many connections a door may have: no process has more descriptors than the upper bound.
    static func connections(_ setting: Setting<Int>, _ reader: SettingsCheck) async -> Int {
        await reader.required(setting, "must be 1 to 1000000") { (1...1_000_000).contains($0) }
    }

    static func port(_ setting: Setting<Int>, _ reader: SettingsCheck) async -> Int {
        await reader.required(setting, "must be 0 to 65535") { (0...65535).contains($0) }
    }

    static func tlsFiles(
        _ certificate: Setting<String>, _ key: Setting<String>, _ reader: SettingsCheck
    ) async -> TLSFiles? {
        let files = (await reader.value(certificate), await reader.value(key))
        switch files {
        case (nil, nil): return nil
        case (let certificatePath?, let keyPath?):
            for (path, setting) in [(certificatePath, certificate), (keyPath, key)]
            where !FileManager.default.isReadableFile(atPath: path) {
                await reader.note(setting, "names a file that cannot be read")
            }
            guard reader.isSound(certificate), reader.isSound(key) else { return nil }
            return TLSFiles(certificate: certificatePath, key: keyPath)
        case (nil, _): await reader.note(certificate, "must be given together with \(key.key)")
        case (_, nil): await reader.note(key, "must be given together with \(certificate.key)")
        }
        return nil
    }

    static func path(_ setting: Setting<String>, _ reader: SettingsCheck) async -> WebhookPayloadPath? {
        guard let text = await reader.value(setting) else { return nil }
        guard let path = WebhookPayloadPath(text) else {
            await reader.note(setting, "must be names joined by dots, such as allocation.parts")
            return nil
        }
        return path
    }

    /// The texts between commas, without the spaces around them.
    static func list(_ setting: Setting<String>, _ reader: SettingsCheck) async -> [String] {
        (await reader.value(setting) ?? "").split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    static func choice<Choice: RawRepresentable & CaseIterable>(
        _ setting: Setting<String>, _ reader: SettingsCheck
    ) async -> Choice where Choice.RawValue == String {
        let text = await reader.required(
            setting, "must be one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")
        ) { Choice(rawValue: $0) != nil }
        return Choice(rawValue: text) ?? Choice.allCases[Choice.allCases.startIndex]
    }
}
