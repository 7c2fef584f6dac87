/// A transaction in the sandbox's own books.
package struct SandboxTransaction: Sendable, Hashable, Codable {
    /// The sandbox's id.
    package var id: String
    /// The caller's reference.
    package var referenceNumber: String
    /// The program.
    package var programID: String
    /// The `value` as sent.
    package var value: Int64
    /// The currency as sent, or `POINTS`.
    package var currency: String
    /// The destination account's identifiers.
    package var account: [String: String]
    /// The whole points issued.
    package var points: Int64
    /// The note.
    package var note: String?
    /// Whether it was marked as bonus points.
    package var isBonus: Bool
    /// When, in milliseconds since the Unix epoch.
    package var createdAtMilliseconds: Int64

    /// The account's key in the books: its member number, or else its e-mail address.
    package var accountKey: String {
        account["destinationUserId"] ?? account["destinationUserEmail"] ?? ""
    }
}
