public import Rewards

/// A place in a plugin's configuration, read with errors that name the place.
///
/// Decimals are taken from JSON numbers without an exponent and from strings, so that `1.5` and `"1.5"` mean the same.
public struct ConfigurationReader: Sendable {
    /// The value at the place.
    public let value: JSONValue
    /// The place, as a JSON path.
    public let path: String

    /// Starts at the root of a configuration.
    public init(_ configuration: JSONValue) {
        self.init(value: configuration, path: "$")
    }

    private init(value: JSONValue, path: String) {
        self.value = value
        self.path = path
    }

    /// An error about this place.
    public func error(_ allowed: String) -> PluginConfigurationError {
        PluginConfigurationError(path: path, allowed: allowed)
    }

    /// Refuses anything but an object whose members all have one of the given names.
    public func object(members names: [String]) throws(PluginConfigurationError) {
        guard let object = value.object else { throw error("must be an object") }
        for member in object.members where !names.contains(member.name) {
            throw PluginConfigurationError(
                path: "\(path).\(member.name)", allowed: "is not known here; allowed: \(names.joined(separator: ", "))")
        }
    }

    /// A member that must be there.
    public func member(_ name: String) throws(PluginConfigurationError) -> ConfigurationReader {
        guard let member = optional(name) else {
            throw PluginConfigurationError(path: "\(path).\(name)", allowed: "is required")
        }
        return member
    }

    /// A member that may be absent; null counts as absent.
    public func optional(_ name: String) -> ConfigurationReader? {
        guard let member = value[name], member != .null else { return nil }
        return ConfigurationReader(value: member, path: "\(path).\(name)")
    }

    /// The elements of an array of an allowed length.
    public func elements(
        count allowed: ClosedRange<Int>
    ) throws(PluginConfigurationError) -> [ConfigurationReader] {
        guard let elements = value.array, allowed.contains(elements.count) else {
            throw error("must be an array of \(allowed.lowerBound) to \(allowed.upperBound) elements")
        }
        return elements.enumerated().map { ConfigurationReader(value: $1, path: "\(path)[\($0)]") }
    }

    /// A string of an allowed length in bytes.
    public func string(bytes allowed: ClosedRange<Int> = 1...200) throws(PluginConfigurationError) -> String {
        guard let text = value.string, allowed.contains(text.utf8.count) else {
            throw error("must be a string of \(allowed.lowerBound) to \(allowed.upperBound) bytes")
        }
        return text
    }

    /// One of a few words.
    public func choice<Choice: RawRepresentable & CaseIterable>(
        of _: Choice.Type
    ) throws(PluginConfigurationError) -> Choice where Choice.RawValue == String {
        guard let choice = value.string.flatMap(Choice.init(rawValue:)) else {
            throw error("must be one of \(Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))")
        }
        return choice
    }

    /// A whole number in a range.
    public func integer(in allowed: ClosedRange<Int64>) throws(PluginConfigurationError) -> Int64 {
        guard let number = value.int64, allowed.contains(number) else {
            throw error("must be a whole number from \(allowed.lowerBound) to \(allowed.upperBound)")
        }
        return number
    }

    /// An exact decimal in a range.
    public func decimal(in allowed: ClosedRange<ExactDecimal>) throws(PluginConfigurationError) -> ExactDecimal {
        let number = value.exactDecimal ?? value.string.flatMap { try? ExactDecimal($0) }
        guard let number, allowed.contains(number) else {
            throw error(
                "must be a decimal from \(allowed.lowerBound) to \(allowed.upperBound), as a number or a string such "
                    + "as \"1.5\""
            )
        }
        return number
    }
}
