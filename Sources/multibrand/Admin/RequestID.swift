import ArgumentParser
import Foundation

/// The id that makes a call repeatable: the same id and content again has the first answer.
///
/// Made once when it is left out, so that every attempt of one command bears the same.
struct RequestID: ExpressibleByArgument {
    let text: String

    init(argument: String) { text = argument }

    static func made() -> RequestID { RequestID(argument: UUID().uuidString) }

    /// For the help page; the id itself would be another one each time.
    var defaultValueDescription: String { "a new one" }
}
