/// A type a setting can have: written as text, in a file as a JSON value too.
package protocol SettingValue: Sendable {
    static var settingName: String { get }
    /// Nil when the text is not such a value.
    init?(settingText: String)
    var settingText: String { get }
    /// Used for a value that is missing, while the other settings are checked.
    static var placeholder: Self { get }
}

extension SettingValue {
    /// What a value must be, after "must be".
    static var settingPhrase: String {
        switch settingName {
        case "text", "on or off": settingName
        default: "a \(settingName)"
        }
    }
}
