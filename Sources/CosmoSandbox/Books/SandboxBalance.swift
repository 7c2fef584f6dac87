/// What the sandbox has issued to one account of one program.
package struct SandboxBalance: Sendable, Hashable, Codable {
    /// The program.
    package var programID: String
    /// The member number, or else the e-mail address.
    package var accountKey: String
    /// The points issued.
    package var points: Int64
    /// In how many transactions.
    package var transactions: Int
}
