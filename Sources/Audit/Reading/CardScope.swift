import PostgreSQL

/// Which cards a pass is about; a statement asks for the condition on its own card column.
///
/// The condition's text depends on the kind of the scope alone, so that a statement is prepared once for each kind.
enum CardScope: Sendable, Hashable {
    /// The cards after one id and up to another, in the database's own order; nil is no end.
    case range(after: String?, upTo: String?)
    /// These cards.
    case cards([String])

    /// Every card.
    static let all = CardScope.range(after: nil, upTo: nil)

    /// The SQL condition on a column; parameters 1 and up belong to it.
    func holds(_ column: String) -> String {
        switch self {
        case .range(nil, nil): "true"
        case .range(.some, nil): "\(column) > $1"
        case .range(nil, .some): "\(column) <= $1"
        case .range(.some, .some): "(\(column) > $1 and \(column) <= $2)"
        case .cards: "\(column) = any($1::text[])"
        }
    }

    var parameters: [PostgresValue] {
        switch self {
        case .range(let after, let upTo): [after, upTo].compactMap { $0.map { .text($0) } }
        case .cards(let cards): [.textArray(cards)]
        }
    }
}
