import Cosmo
import Issuance
import PrometheusText
import Wallet

/// The metrics of issuance, of Cosmo, and of the wallet.
extension ServiceMetrics {
    static let issuance = [
        counter("issuances_planned", help: "Issuances planned."),
        counter("positions_refused", help: "Times the database refused what was planned for a position."),
        counter(
            "issuance_sends", "outcome", zeros: SendOutcome.labels + ["not_as_planned"],
            help: "Issuances sent to Cosmo, by outcome."),
        counter("program_failures", "program_id", help: "Issuances that Cosmo did not accept, by program."),
        counter(
            "issuance_reads", "status", zeros: IssuanceStatus.allCases.map(\.rawValue),
            help: "Issuances that a read resolved, by their new status."),
        gauge(
            "issuances", "status",
            help: "Issuances that are not settled, by status; parked ones until their cause is removed."),
        gauge(
            "issuances_oldest_seconds", "status",
            help: "How long ago the oldest of these issuances was planned, or last sent, or parked."),
        gauge("issuances_waiting", help: "Issuances that wait for a person."),
        gauge("issuances_sending", help: "Issuances being sent to Cosmo."),
        gauge(
            "unknown_micro", "program_id", "unit",
            help: "What may or may not have been issued, in millionths of the unit, by program."),
        gauge(
            "parked_micro", "program_id", "unit",
            help: "What Cosmo refused and no operator has resolved, in millionths of the unit, by program."),
        gauge(
            "debt_micro", "program_id", "unit", help: "Debts of cards, in millionths of the unit, by program."),
        gauge("positions_to_plan", help: "Positions the planner has yet to look at."),
        gauge("positions_blocked", help: "Positions that wait for an operator or a link."),
        counter("issuances_withdrawn", help: "Planned issuances withdrawn: the position owes or the account changed."),
        counter("issuances_paid_into_wallet", help: "Issuances paid into the issuer's own wallet."),
        counter("issuances_taken_back", help: "Times a refund took points back out of the wallet."),
        counter("reconciliations", help: "Days whose comparison with Cosmo was completed."),
        counter(
            "reconciliation_findings", "side", zeros: ReconciliationFinding.Side.allCases.map(\.rawValue),
            help: "Findings of these comparisons, by who knows of the issuance."),
        gauge("reconciliation_age_seconds", help: "How long ago the newest compared day was compared."),
        gauge("reconciliation_last_findings", help: "Findings of the newest compared day."),
        gauge("reconciliation_failed", help: "1 when the comparison of the newest day failed."),
        gauge("issuing_fenced", help: "1 while nothing is sent to Cosmo because a recovery is open."),
        gauge("recovery_findings_open", help: "Transactions of Cosmo that the open recovery has not explained."),
        counter(
            "recoveries", "cause", zeros: RecoveryCause.allCases.map(\.rawValue),
            help: "Recoveries that the service began."),
        counter("issuances_adopted", help: "Issuances that only Cosmo had and that were adopted."),
    ]

    static let cosmo = [
        MetricDeclaration(
            .counter, "multibrand_cosmo_calls_total", labels: ["call", "outcome"],
            zeros: CosmoCall.allCases.map { [$0.rawValue, "ANSWERED"] },
            help: "Calls to Cosmo: ANSWERED, or the reason of the failure."),
        seconds("cosmo_call_duration", "call", help: "How long calls to Cosmo took."),
        counter(
            "cosmo_tokens", "result", zeros: CosmoMetrics.TokenResult.allCases.map(\.rawValue),
            help: "Tokens for calls to Cosmo: renewed, refused, or expired before their time."),
        gauge(
            "cosmo_failing", help: "1 while calls of this process to Cosmo fail; `multibrand status` has the reason."),
        gauge(
            "cosmo_outage_seconds", help: "How long calls of this process to Cosmo have failed; 0 while they do not."),
        counter("cosmo_call_records_lost", help: "Audit records of calls to Cosmo that could not be written."),
        counter("programs_refreshes", "outcome", zeros: ["ok", "failed"], help: "Refreshes of Cosmo's catalogue."),
    ]

    static let wallet = [
        counter("wallet_requests", "endpoint", "status", help: "Requests to the wallet's REST door."),
        seconds("wallet_request", "endpoint", help: "How long requests to the wallet's REST door took."),
        counter("wallet_holds", "environment", "status", help: "Holds of points, by the status they entered."),
        counter(
            "wallet_deliveries", "result",
            zeros: ["delivered", "refused", "disabled"] + WebhookOutcome.Cause.allCases.map(\.rawValue),
            help: "Attempts to send the wallet's webhooks."),
        gauge(
            "wallet_deliveries_waiting", help: "Webhooks of the wallet that are not delivered and not given up."),
    ]

    /// The doors as their gates call them.
    static let doorNames = ["rpc", "http", "wallet"]
}
