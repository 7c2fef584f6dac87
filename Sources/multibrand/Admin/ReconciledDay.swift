import ArgumentParser
import Rewards

/// A day as the service takes it.
enum ReconciledDay {
    static func check(_ text: String) throws {
        guard InternetTime.days(text) != nil else {
            throw ValidationError("\(text) is not a day such as 2026-11-20")
        }
    }
}
