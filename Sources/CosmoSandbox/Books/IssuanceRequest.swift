/// The body of `POST /transactions`, checked field by field as Cosmo's validation would (contract section 5.2).
struct IssuanceRequest: Sendable {
    let programID: String
    let value: Int64
    let currency: String?
    let account: [String: String]
    let referenceNumber: String
    let note: String?
    let isBonus: Bool

    static let exactPoints = "POINTS"

    init(_ body: WireValue?) throws(SandboxRefusal) {
        var messages: [String] = []
        func text(_ name: String, isRequired: Bool) -> String? {
            switch body?[name] {
            case .string(let value)?: if !value.isEmpty { return value }
            case .null?, nil: if !isRequired { return nil }
            default: break
            }
            messages.append("\(name) must be a \(isRequired ? "non-empty " : "")string")
            return nil
        }
        let programID = text("programId", isRequired: true)
        let referenceNumber = text("referenceNumber", isRequired: true)
        currency = text("currency", isRequired: false)
        note = text("description", isRequired: false)
        let value = body?["value"]?.integer
        if value == nil { messages.append("value must be an integer number") }
        if let value, value <= 0 { messages.append("value must be a positive number") }
        let account = body?["destinationAccount"]?.strings
        if account == nil { messages.append("destinationAccount must be an object of strings") }
        switch body?["bonus"] {
        case .bool(let truth)?: isBonus = truth
        case .null?, nil: isBonus = false
        default:
            isBonus = false
            messages.append("bonus must be a boolean value")
        }
        guard messages.isEmpty, let programID, let referenceNumber, let value, let account else {
            throw SandboxRefusal(.missingFields, messages: messages)
        }
        self.programID = programID
        self.referenceNumber = referenceNumber
        self.value = value
        self.account = account
    }
}
