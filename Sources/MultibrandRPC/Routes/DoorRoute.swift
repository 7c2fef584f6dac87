import Access

/// One method of the door: which key reaches it, and whether the record of operators' actions gets an entry of it.
struct DoorRoute: Sendable, Hashable {
    /// As `/multibrand.v1.SpendService/RecordSpend`.
    let path: String
    /// The least role that may call.
    let role: APIRole
    /// Whether what an operator does with it is recorded.
    let isRecorded: Bool
}
