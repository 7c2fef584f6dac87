/// One row of the error table: a predefined member id and what it does.
package struct SandboxErrorRow: Sendable, Hashable, Codable {
    /// The id.
    package var destinationUserId: String
    /// Its effect on validate-member.
    package var onValidate: SandboxEffect
    /// Its effect on issuing.
    package var onIssuance: SandboxEffect

    /// Makes a row.
    package init(destinationUserId: String, onValidate: SandboxEffect, onIssuance: SandboxEffect) {
        self.destinationUserId = destinationUserId
        self.onValidate = onValidate
        self.onIssuance = onIssuance
    }
}
