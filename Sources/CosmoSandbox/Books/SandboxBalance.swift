/// What the sandbox has issued to one account of one program.
public struct SandboxBalance: Sendable, Hashable, Codable {
    /// The program.
    public var programID: String
    /// The member number, or else the e-mail address.
    public var accountKey: String
    /// The points issued.
    public var points: Int64
    /// In how many transactions.
    public var transactions: Int
}
