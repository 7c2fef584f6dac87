/// Why a decision was made under its preference version.
package enum Attribution: String, Sendable, Hashable, CaseIterable {
    /// The version that was pinned when the purchase was authorised.
    case authorization
    /// The version that was valid when the purchase happened.
    case clearing
    /// The version that was in force when the spend was recorded.
    case latest
}
