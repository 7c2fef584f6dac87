package import PostgreSQL
import Rewards

/// The catalog: members read it, operators keep it.
package struct WalletOffers: Sendable {
    private let context: WalletContext

    /// Makes the use cases.
    package init(_ context: WalletContext) { self.context = context }

    /// A page of the offers, newest first; what has expired is left out unless `isExpiredShown`.
    ///
    /// **Errors** `VALIDATION`.
    package func list(
        page request: WalletPageRequest, isExpiredShown: Bool = false, by caller: WalletCaller, now: PostgresTimestamp
    ) async throws -> WalletPage<WalletOffer> {
        let listing = WalletListing("offers", caller.environment, isExpiredShown ? "expired" : "")
        let before = try request.before(in: listing)
        let rows = try await context.pool.all(
            OfferStore.page(
                caller.environment, before: before, limit: request.limit + 1, availableAt: isExpiredShown ? nil : now))
        return request.page(rows, in: listing) { $0.sequence }
    }

    /// Adds an offer.
    ///
    /// **Guarantees** The same call again under its key adds nothing and answers with the offer as it is by then.
    ///
    /// - Parameters:
    ///   - id: the offer's id; nil when the caller names none.
    ///   - newID: the id that an offer gets whose caller names none; one is made when it is nil.
    /// **Errors** `FORBIDDEN`, `VALIDATION`, `IDEMPOTENCY_KEY_REUSED`, `CONFLICT` when the id is taken.
    package func create(
        id named: String? = nil, newID: String? = nil, _ details: WalletOffer.Details, pointsPrice: Int64?,
        expiresAt: PostgresTimestamp? = nil, by caller: WalletCaller, idempotency: WalletIdempotency? = nil,
        now: PostgresTimestamp
    ) async throws -> WalletOffer {
        try caller.requireOrganisation()
        let id = try WalletRule.externalUserID(named ?? newID ?? context.makeID("off_"), field: .offerID)
        try details.check()
        try WalletRule.price(pointsPrice)
        let request = WalletRequest(
            "CreateOffer",
            [
                ("id", named.map(JSONValue.string)), ("title", .string(details.title)),
                ("description", .string(details.description)), ("shortDescription", .string(details.shortDescription)),
                ("kind", .string(details.kind)), ("type", .string(details.type)),
                ("pointsPrice", pointsPrice.map(JSONValue.integer)),
                ("expiresAt", expiresAt.map { .string(WalletTime.text($0)) }),
            ])
        let environment = caller.environment
        // An id that the caller chose may be another call's; one that was made here is this call's own.
        let byBody: @Sendable (PostgresConnection) async throws -> OfferReference? = { _ in nil }
        let answer = try await context.write(
            request, caller, idempotency, in: [.offer(id)], now: now, own: named == nil ? byBody : nil
        ) { connection in
            let inserted = try await connection.first(
                OfferStore.insert(
                    id: id, details, price: pointsPrice, expiresAt: expiresAt.map(WalletTime.milliseconds), environment,
                    now: now))
            if let inserted { return OfferReference(inserted) }
            // An earlier run of this call may have added it; the insert has waited for that run's end.
            guard named == nil, let offer = try await connection.first(OfferStore.find(id: id, environment)) else {
                throw WalletError.offerExists
            }
            return OfferReference(offer)
        }
        if let offer = answer.value.offer { return offer }
        do {
            return try await get(id: answer.value.id, by: caller)
        } catch let error as PostgresError {
            throw error.afterCommit
        }
    }

    /// One offer, also when it has expired.
    ///
    /// **Errors** `NOT_FOUND`.
    package func get(id: String, by caller: WalletCaller) async throws -> WalletOffer {
        guard let offer = try await context.pool.first(OfferStore.find(id: id, caller.environment)) else {
            throw WalletError.unknownOffer
        }
        return offer
    }

    /// Replaces an offer's texts.
    ///
    /// **Errors** `FORBIDDEN`, `VALIDATION`, `NOT_FOUND`.
    package func update(
        id: String, _ details: WalletOffer.Details, by caller: WalletCaller, now: PostgresTimestamp
    ) async throws -> WalletOffer {
        try caller.requireOrganisation()
        try details.check()
        return try await changed(id, caller, by: OfferStore.update(id: id, details, caller.environment, now: now))
    }

    /// Sets what an offer costs from now on; redemptions keep what they were debited.
    ///
    /// **Errors** `FORBIDDEN`, `VALIDATION`, `NOT_FOUND`.
    package func reprice(
        id: String, pointsPrice: Int64?, by caller: WalletCaller, now: PostgresTimestamp
    ) async throws -> WalletOffer {
        try caller.requireOrganisation()
        try WalletRule.price(pointsPrice)
        return try await changed(id, caller, by: OfferStore.setPrice(id: id, pointsPrice, caller.environment, now: now))
    }

    /// Sets when an offer expires; nil for never.
    ///
    /// **Errors** `FORBIDDEN`, `NOT_FOUND`.
    package func expire(
        id: String, at expiresAt: PostgresTimestamp?, by caller: WalletCaller, now: PostgresTimestamp
    ) async throws -> WalletOffer {
        try caller.requireOrganisation()
        return try await changed(
            id, caller,
            by: OfferStore.setExpiry(id: id, expiresAt.map(WalletTime.milliseconds), caller.environment, now: now))
    }

    private func changed(
        _ id: String, _ caller: WalletCaller, by change: Query<WalletOffer>
    ) async throws -> WalletOffer {
        try await context.transaction(in: .offer(id), caller.environment) { connection in
            guard let offer = try await connection.first(change) else { throw WalletError.unknownOffer }
            return offer
        }
    }
}

/// What is kept of an added offer under its key: offers are changed, so only the id stays what it was.
private struct OfferReference: StoredAnswer {
    let id: String
    /// The offer, when this very call has added it.
    var offer: WalletOffer?

    init(id: String) { self.id = id }

    init(_ offer: WalletOffer) {
        id = offer.id
        self.offer = offer
    }

    var stored: JSONValue { .members([("id", .string(id))]) }

    init?(stored: JSONValue) {
        guard let id = stored["id"]?.string else { return nil }
        self.init(id: id)
    }
}

extension WalletError {
    static let unknownOffer = WalletError(.notFound, "no offer has that id: list the offers")
    static let offerExists = WalletError(.conflict, "an offer of that id exists: choose another id")
    static let unknownRedemption = WalletError(.notFound, "no redemption of yours has that id: list the redemptions")
}
