/// Input to the sandbox's own control interface that cannot be used.
package struct SandboxInputError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
