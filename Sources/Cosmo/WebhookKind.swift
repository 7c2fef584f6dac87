/// The two kinds of webhook; no field names the kind, so each has a URL of its own (contract section 8.1).
public enum WebhookKind: String, Sendable, Hashable, CaseIterable {
    /// A user linked, edited or removed a program.
    case programConnection = "program-connection"
    /// A transaction completed.
    case transaction

    /// Tells the kind by the shape of a verified body, for an endpoint that receives both; nil when it fits neither.
    public static func recognise(_ body: some Sequence<UInt8>) -> WebhookKind? {
        guard let json = JSONTree.parse(body) else { return nil }
        if json["transactionId"] != nil { return .transaction }
        let names = ["type", "destinationProgramId", "sourceUserId"]
        return names.allSatisfy { json[$0] != nil } ? .programConnection : nil
    }
}
