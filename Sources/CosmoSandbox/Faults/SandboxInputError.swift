/// Input to the sandbox's own control interface that cannot be used.
public struct SandboxInputError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
