/// A transaction in the sandbox's own books.
public struct SandboxTransaction: Sendable, Hashable, Codable {
    /// The sandbox's id.
    public var id: String
    /// The caller's reference.
    public var referenceNumber: String
    /// The program.
    public var programID: String
    /// The `value` as sent.
    public var value: Int64
    /// The currency as sent, or `POINTS`.
    public var currency: String
    /// The destination account's identifiers.
    public var account: [String: String]
    /// The whole points issued.
    public var points: Int64
    /// The note.
    public var note: String?
    /// Whether it was marked as bonus points.
    public var isBonus: Bool
    /// When, in milliseconds since the Unix epoch.
    public var createdAtMilliseconds: Int64

    /// The account's key in the books: its member number, or else its e-mail address.
    public var accountKey: String {
        account["destinationUserId"] ?? account["destinationUserEmail"] ?? ""
    }
}
