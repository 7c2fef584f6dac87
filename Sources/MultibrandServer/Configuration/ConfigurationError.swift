import Configuration
import Foundation

/// A setting that is missing, unknown or of the wrong kind.
package struct ConfigurationError: Error, CustomStringConvertible {
    package let setting: String
    package let problem: String

    package init(setting: String, problem: String) {
        self.setting = setting
        self.problem = problem
    }

    package var description: String { "configuration: \(setting) \(problem)" }
}
