/// One thing an operator can set: its key, what it is when left out, and what it means.
///
/// The key is the path in the configuration file (`rpc.port` is `{"rpc": {"port": ...}}`); the environment variable is
/// the same words in capitals behind `MULTIBRAND_` (`MULTIBRAND_RPC_PORT`), and wins.
package struct Setting<Value: SettingValue>: SettingDescription {
    package let key: String
    /// The value when it is left out; nil where it must be given or is simply absent.
    package let fallback: Value?
    package let meaning: String
    package let isSecret: Bool

    init(_ key: String, _ fallback: Value?, _ meaning: String, isSecret: Bool = false) {
        self.key = key
        self.fallback = fallback
        self.meaning = meaning
        self.isSecret = isSecret
    }

    package var fallbackText: String? { fallback?.settingText }
    package var valueName: String { Value.settingName }
    package var valuePhrase: String { Value.settingPhrase }
}

extension String: SettingValue {
    package static var settingName: String { "text" }
    package static var placeholder: String { "" }
    package init?(settingText: String) { self = settingText }
    package var settingText: String { self }
}

extension Int: SettingValue {
    package static var settingName: String { "whole number" }
    package static var placeholder: Int { 0 }
    package init?(settingText: String) { self.init(settingText) }
    package var settingText: String { String(self) }
}

extension Bool: SettingValue {
    package static var settingName: String { "on or off" }
    package static var placeholder: Bool { false }
    package init?(settingText: String) {
        switch settingText.lowercased() {
        case "on", "true", "yes", "1": self = true
        case "off", "false", "no", "0": self = false
        default: return nil
        }
    }
    package var settingText: String { self ? "on" : "off" }
}

extension Duration: SettingValue {
    package static var settingName: String { "duration: 250ms, 30s, 5m, 2h" }
    package static var placeholder: Duration { .zero }

    package init?(settingText: String) {
        let digits = settingText.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count <= 1_000_000_000 else { return nil }
        switch settingText.dropFirst(digits.count) {
        case "ms": self = .milliseconds(count)
        case "s": self = .seconds(count)
        case "m": self = .seconds(count * 60)
        case "h": self = .seconds(count * 3600)
        default: return nil
        }
    }

    package var settingText: String {
        let (seconds, attoseconds) = components
        if attoseconds != 0 { return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms" }
        if seconds != 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds != 0, seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }
}
