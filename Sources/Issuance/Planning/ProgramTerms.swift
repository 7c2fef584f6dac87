package import PostgreSQL

/// What a program allows, as the room of programs knows it.
package struct ProgramTerms: Sendable, Hashable {
    /// Whether it pays into the issuer's own wallet instead of being issued by Cosmo.
    package var paysIntoWallet: Bool
    /// Whether Cosmo's latest catalogue lists it.
    package var isListed: Bool
    /// Whether an operator paused issuing.
    package var isPaused: Bool
    /// The least points of one issuance; nil for none.
    package var minimumPoints: Int64?
    /// The most points of one issuance; nil for none.
    package var maximumPoints: Int64?
    /// The least `value` of one issuance, in Cosmo's unit of value; nil for none.
    package var minimumValue: Int64?
    /// The most `value` of one issuance, in Cosmo's unit of value; nil for none.
    package var maximumValue: Int64?
    /// The currency Cosmo takes value in, ISO 4217; nil when it does not say.
    package var issuanceCurrencyCode: String?

    /// Makes terms.
    package init(
        isListed: Bool = true, isPaused: Bool = false, minimumPoints: Int64? = nil, maximumPoints: Int64? = nil,
        minimumValue: Int64? = nil, maximumValue: Int64? = nil, issuanceCurrencyCode: String? = nil,
        paysIntoWallet: Bool = false
    ) {
        self.paysIntoWallet = paysIntoWallet
        self.isListed = isListed
        self.isPaused = isPaused
        self.minimumPoints = minimumPoints
        self.maximumPoints = maximumPoints
        self.minimumValue = minimumValue
        self.maximumValue = maximumValue
        self.issuanceCurrencyCode = issuanceCurrencyCode
    }
}

/// Reads what programs allow, inside the planner's transaction; a program that is not known is left out.
///
/// It must read the database rather than a snapshot in memory: the planner clears `plan_at` by what it reads here, and
/// the transaction that changes a program sets it again (`PositionStore.planProgram`).
package typealias ProgramTermsLookup =
    @Sendable (PostgresConnection, [String]) async throws -> [String: ProgramTerms]
