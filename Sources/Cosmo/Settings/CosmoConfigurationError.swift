/// A setting that cannot work, found before the first call.
package struct CosmoConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The property of `CosmoConfiguration` that is wrong.
    package let setting: String
    /// What is wrong and what to write instead; holds no secret.
    package let message: String

    /// The setting and what to do about it.
    package var description: String { "\(setting): \(message)" }
}
