/// One line of the sandbox's journal: a fact that its state is rebuilt from.
enum JournalEntry: Sendable, Codable {
    case issued(SandboxTransaction)
    case queued(SandboxDelivery)
    case delivered(UInt64)
    case failed(UInt64, outcome: String)
    case reset
}
