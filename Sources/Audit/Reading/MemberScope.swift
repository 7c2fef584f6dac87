import PostgreSQL

/// Which of the wallet's members a pass is about; a statement asks for the condition on its own columns.
///
/// The condition's text depends on the kind of the scope alone, so that a statement is prepared once for each kind.
enum MemberScope: Sendable, Hashable {
    /// A member's place in the order of the tables' keys.
    struct Place: Sendable, Hashable {
        let environment: String
        let externalUserID: String
    }

    /// The members after one and up to another, in the database's own order, over environments; nil is no end.
    case range(after: Place?, upTo: Place?)
    /// These members of an environment.
    case members(environment: String, [String])

    /// Every member, also those that only the ledger knows.
    static let all = MemberScope.range(after: nil, upTo: nil)

    /// The SQL condition on a table's `environment` and `external_user_id`; parameters 1 and up belong to it.
    ///
    /// - Parameter alias: the table's name in the statement, with its dot; empty when there is but one.
    func holds(_ alias: String = "") -> String {
        let key = "(\(alias)environment, \(alias)external_user_id)"
        return switch self {
        case .range(nil, nil): "true"
        case .range(.some, nil): "\(key) > ($1, $2)"
        case .range(nil, .some): "\(key) <= ($1, $2)"
        case .range(.some, .some): "(\(key) > ($1, $2) and \(key) <= ($3, $4))"
        case .members: "(\(alias)environment = $1 and \(alias)external_user_id = any($2::text[]))"
        }
    }

    var parameters: [PostgresValue] {
        switch self {
        case .range(let after, let upTo):
            [after, upTo].compactMap { $0 }.flatMap { [.text($0.environment), .text($0.externalUserID)] }
        case .members(let environment, let ids): [.text(environment), .textArray(ids)]
        }
    }
}

extension MemberScope.Place {
    /// Reads the place of a row of `wallet_members`.
    init(_ row: PostgresRow) throws {
        self.init(environment: try row.get("environment"), externalUserID: try row.get("external_user_id"))
    }
}
