/// The calls of Cosmo's API, as metrics, audit records and errors name them.
package enum CosmoCall: String, Sendable, Hashable, CaseIterable {
    /// `POST /auth/token`.
    case token
    /// `GET /programs`.
    case programs
    /// `GET /programs/{programId}/fields`.
    case fields
    /// `POST /programs/{programId}/validate-member`.
    case validateMember
    /// `POST /transactions/preview`.
    case preview
    /// `POST /transactions`, the only call that changes anything at Cosmo.
    case issuance
    /// `GET /transactions/{id or reference}`.
    case transaction
    /// `GET /transactions` over an interval.
    case transactions
    /// `POST /auth/widget/...`.
    case widgetToken

    /// Whether the call may issue points, so that its failure may leave something behind.
    package var hasEffect: Bool { self == .issuance }
}
