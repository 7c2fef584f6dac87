/// One row of the error table: a predefined member id and what it does.
public struct SandboxErrorRow: Sendable, Hashable, Codable {
    /// The id.
    public var destinationUserId: String
    /// Its effect on validate-member.
    public var onValidate: SandboxEffect
    /// Its effect on issuing.
    public var onIssue: SandboxEffect

    /// Makes a row.
    public init(destinationUserId: String, onValidate: SandboxEffect, onIssue: SandboxEffect) {
        self.destinationUserId = destinationUserId
        self.onValidate = onValidate
        self.onIssue = onIssue
    }
}
