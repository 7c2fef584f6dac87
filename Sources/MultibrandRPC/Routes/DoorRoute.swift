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

/// What the record of operators' actions gets of a call besides who called which method.
struct AuditedPart: Sendable {
    let subject: String
    let detail: [String: String]

    /// - Parameters:
    ///   - subject: The id of what is changed.
    ///   - detail: Words to keep beside it; without personal data and without secrets.
    init(_ subject: String, _ detail: [String: String] = [:]) {
        self.subject = subject
        self.detail = detail
    }
}

/// The methods of the descriptors and the routes of the door are not the same.
struct UnmatchedRoutes: Error, CustomStringConvertible {
    /// Methods that clients see and nobody serves.
    let unserved: [String]
    /// Methods that are served and in no descriptor.
    let undeclared: [String]

    var description: String {
        "methods without a route: \(unserved); routes without a method: \(undeclared)"
    }
}
