/// A setting that cannot work, found before the first call.
public struct CosmoConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The property of `CosmoConfiguration` that is wrong.
    public let setting: String
    /// What is wrong and what to write instead; holds no secret.
    public let message: String

    /// The setting and what to do about it.
    public var description: String { "\(setting): \(message)" }
}
