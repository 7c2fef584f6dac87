/// Where in a payload an undocumented field lives: names and array positions separated by dots, such as
/// `allocation.parts` or `shares.0.percent` (contract section 8.3, unknown 23).
package struct WebhookPayloadPath: Sendable, Hashable, CustomStringConvertible {
    /// The steps from the top of the payload.
    package let steps: [String]

    /// Reads a path; nil when it is empty or has an empty step.
    package init?(_ text: String) {
        let steps = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard steps.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.steps = steps
    }

    /// The path as written in configuration.
    package var description: String { steps.joined(separator: ".") }

    /// What is there, nil when a step leads nowhere or to null.
    func value(in json: JSONTree) -> JSONTree? {
        var here = json
        for step in steps {
            if let member = here[step] {
                here = member
            } else if let elements = here.array, let index = Int(step), elements.indices.contains(index) {
                here = elements[index]
            } else {
                return nil
            }
        }
        return here == .null ? nil : here
    }
}
