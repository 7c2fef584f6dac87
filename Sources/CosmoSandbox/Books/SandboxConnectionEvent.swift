/// A link, edit or removal to report, as the widget or a test asks for it (contract section 8.3).
package struct SandboxConnectionEvent: Sendable, Hashable, Codable {
    /// The issuer's user.
    package var sourceUserId: String
    /// The program.
    package var destinationProgramId: String
    /// `LINKED`, `DELINKED`, or any other word.
    package var type: String
    /// The member's account.
    package var destinationAccount: [String: String]?
    /// The program's parts, written where the switch `connectionPartsField` says.
    package var parts: Int?
    /// The card, written where the switch `connectionCardField` says.
    package var cardId: String?

    /// Makes an event.
    package init(
        sourceUserId: String, destinationProgramId: String, type: String, destinationAccount: [String: String]? = nil,
        parts: Int? = nil, cardId: String? = nil
    ) {
        self.sourceUserId = sourceUserId
        self.destinationProgramId = destinationProgramId
        self.type = type
        self.destinationAccount = destinationAccount
        self.parts = parts
        self.cardId = cardId
    }

    /// The webhook's body under the given switches.
    func body(_ switches: SandboxSwitches) -> String {
        var body = WireValue.compact([
            "sourceUserId": .string(sourceUserId), "destinationProgramId": .string(destinationProgramId),
            "type": .string(type),
            "destinationAccount": destinationAccount.map { .object($0.mapValues { .string($0) }) },
        ])
        if let parts { body = body.setting(.integer(Int64(parts)), at: switches.connectionPartsField) }
        if let cardId { body = body.setting(.string(cardId), at: switches.connectionCardField) }
        return String(decoding: body.utf8, as: UTF8.self)
    }
}

extension WireValue {
    /// This object with a value at a path of names separated by dots; unchanged when the path is empty.
    fileprivate func setting(_ value: WireValue, at path: String) -> WireValue {
        guard !path.isEmpty, case .object(var members) = self else { return self }
        let steps = path.split(separator: ".", maxSplits: 1)
        guard let first = steps.first.map(String.init) else { return self }
        members[first] =
            steps.count > 1
            ? (members[first] ?? .object([:])).setting(value, at: String(steps[1])) : value
        return .object(members)
    }
}
