import Cards
package import Cosmo
import PostgreSQL

/// Mints a widget session for the cardholder of a card; not idempotent, each call mints a token.
package struct CreateWidgetSession: Sendable {
    private let context: PreferencesContext
    private let cosmo: any CosmoAPI

    /// Makes the use case.
    package init(context: PreferencesContext, cosmo: any CosmoAPI) {
        self.context = context
        self.cosmo = cosmo
    }

    /// Mints a session.
    ///
    /// **Errors**: `PreferencesError` with `INVALID_ARGUMENT` or `UNKNOWN_CARD`; `CosmoError`; `PostgresError`.
    package func callAsFunction(cardID: String, kind: CosmoWidgetKind) async throws -> WidgetSession {
        let card = try await ListCards(context: context).card(cardID)
        let asked = context.now()
        let token = try await cosmo.widgetToken(kind: kind, sourceUserID: card.sourceUserID)
        return WidgetSession(
            accessToken: token.accessToken, launchURL: token.launchURL, expiresAt: asked.advanced(by: token.lifetime))
    }
}
