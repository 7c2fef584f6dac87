import Cosmo
import Inbox
import PrometheusText

/// The metrics of spends, preferences and webhooks.
extension ServiceMetrics {
    static let spends = [
        counter("spends", "outcome", help: "Spends, by outcome: recorded, replayed, or the reason of a refusal."),
        MetricDeclaration(.sizes, "multibrand_spend_batch_spends", help: "Spends in a transaction."),
        seconds("spend_batch", help: "How long a batch of spends took."),
        counter("spend_commits_unknown", help: "Commits of spends whose outcome stayed unknown."),
        gauge("spends_waiting", help: "Spends queued for the next batch."),
        counter("plugin_faults", "plugin", "reason", help: "Legs parked because a plugin failed or was missing."),
        gauge(
            "legs_parked", "program_id", "currency",
            help: "Legs parked until their program's plugin works, by program and currency."),
        gauge(
            "legs_parked_minor", "program_id", "currency",
            help: "The money of parked legs in minor units, by program and currency."),
        gauge(
            "legs_parked_oldest_seconds", "program_id", "currency",
            help: "How long ago the oldest spend with a parked leg was recorded, by program and currency."),
        gauge("refunds", "status", help: "Refunds that wait for their spend, or for an operator."),
        gauge("refunds_oldest_seconds", "status", help: "How long ago the oldest of these refunds was recorded."),
        gauge("refunds_uncleared", help: "Held refunds that are taken when the authorisation they name clears."),
        gauge(
            "held_minor", "currency",
            help: "What is held of spends until a link decides it, in minor units, by currency."),
        gauge("held_spends", "currency", help: "Spends that hold money, by currency."),
        gauge(
            "held_oldest_seconds", "currency", help: "How long the oldest of them has held money, by currency."),
        counter("held_spends", "outcome", zeros: ["released", "expired", "failed"], help: "Held spends, by outcome."),
    ]

    static let preferences = [
        MetricDeclaration(
            .counter, "multibrand_webhook_deliveries_total", labels: ["kind", "mode", "result"],
            help: "Webhook deliveries by kind, by how they are authenticated, and by result."),
        counter(
            "webhook_answers", "result", zeros: ["in_time", "late"],
            help: "Answers to Program Connection deliveries."),
        counter("webhook_tokens", "result", zeros: ["issued", "refused"], help: "Tokens for webhooks in OAuth mode."),
        counter("inbox_deliveries", "kind", "result", help: "Deliveries that are on disk."),
        counter("inbox_applied", "kind", "result", help: "Results of applying deliveries."),
        gauge("inbox", "status", help: "Webhook deliveries that wait, by status."),
        gauge("inbox_oldest_seconds", help: "How long the oldest delivery has waited to be applied."),
        counter(
            "link_checks", "result", zeros: LinkValidity.allCases.map(\.rawValue),
            help: "Accounts checked with Cosmo, by result."),
        gauge("links_to_check", help: "Links whose account is yet to be checked."),
        gauge(
            "links_held", "reason",
            help: "Links that wait for a decision; nothing is issued for them until preferences.heldWait is over."),
        MetricDeclaration(
            .counter, "multibrand_destination_refusals_total", labels: ["reason", "field"],
            zeros: ["MISSING_ACCOUNT_FIELD", "NOT_A_MEMBER", "COSMO_INVALID_REQUEST"].flatMap { reason in
                [CosmoAccount.userIDField, CosmoAccount.emailField].map { [reason, $0] }
            },
            help: "Destination accounts that cannot be issued to, by reason and by the fields missing or refused."),
    ]
}
