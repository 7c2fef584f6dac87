/// What is common to every setting, for the documentation and for finding unknown keys.
package protocol SettingDescription: Sendable {
    var key: String { get }
    var meaning: String { get }
    var isSecret: Bool { get }
    var fallbackText: String? { get }
    /// What kind of value it takes, in words.
    var valueName: String { get }
    /// The same, after "must be".
    var valuePhrase: String { get }
}

extension SettingDescription {
    /// The environment variable of this setting.
    package var environmentVariable: String {
        var name = "MULTIBRAND_"
        var previous: Character = "."
        for character in key {
            if character == "." {
                name += "_"
            } else {
                if character.isUppercase, previous.isLowercase { name += "_" }
                name += character.uppercased()
            }
            previous = character
        }
        return name
    }
}
