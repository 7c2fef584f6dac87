extension FlippedColumnTests {
    /// The columns that may be changed without anything noticing, each with why that moves nothing.
    static let unnoticed: [String: String] = Dictionary(
        uniqueKeysWithValues: groups.flatMap { reason, columns in
            columns.split(whereSeparator: \.isWhitespace).map { (String($0), reason) }
        })

    private static let groups: [(reason: String, columns: String)] = [
        (
            """
            A time for people: when something was written, asked, or settled. Nothing is decided by it.
            """,
            """
            authorizations.recorded_at cards.registered_at debt_write_off_reversals.recorded_at
            debt_write_offs.recorded_at inbox.received_at inbox.settled_at inbox_answers.answered_at \
            issuance_reversals.recorded_at
            issuances.accepted_at issuances.settled_at links.updated_at positions.changed_at
            preference_requests.recorded_at preference_versions.recorded_at program_configurations.set_at
            programs.catalogue_at programs.changed_at refund_movements.recorded_at refunds.recorded_at \
            releases.recorded_at
            refunds.settled_at spends.recorded_at wallet_idempotency.created_at wallet_members.created_at
            wallet_members.updated_at wallet_offers.created_at wallet_offers.updated_at wallet_pool_entries.created_at
            wallet_pools.created_at wallet_redemptions.created_at wallet_redemptions.updated_at
            wallet_transactions.created_at
            """
        ),
        (
            """
            Words that explain, to people, what other columns hold.
            """,
            """
            connection_events.status_reason debt_write_offs.written_off_by inbox.authentication inbox.reason
            issuances.evidence issuances.evidence_by issuances.reason legs.reason issuances.total_points
            positions.blocked_reason
            preference_versions.cause preference_versions.cause_id program_configurations.set_by programs.name
            programs.catalogue refund_movements.cause refunds.candidates refunds.reason refunds.rule
            releases.cause
            spends.attribution wallet_offers.description wallet_offers.kind wallet_offers.short_description
            wallet_offers.title wallet_holds.reason
            wallet_offers.type wallet_pool_entries.reference wallet_transactions.reason
            """
        ),
        (
            """
            A record that is only read by people: calls to Cosmo, actions of operators, comparisons of days. A \
            comparison is made again by a command.
            """,
            """
            cosmo_calls.call cosmo_calls.called_at cosmo_calls.duration_micros cosmo_calls.outcome
            cosmo_calls.program_id cosmo_calls.reason cosmo_calls.reference_number cosmo_calls.request
            cosmo_calls.response cosmo_calls.response_status operator_actions.acted_at operator_actions.action
            operator_actions.client_id operator_actions.detail operator_actions.subject
            reconciliation_findings.cosmo_transaction_id reconciliation_findings.day reconciliation_findings.detail
            reconciliation_findings.program_id reconciliation_findings.reason reconciliation_findings.reference_number
            reconciliation_findings.side reconciliations.cosmo_count reconciliations.day reconciliations.failure
            reconciliations.finding_count reconciliations.finished_at reconciliations.matched_count
            reconciliations.started_at
            """
        ),
        (
            """
            What a recovery was about, for people and for the comparison that is made while it is open. A server's \
            identity that is changed by hand begins a recovery.
            """,
            """
            recoveries.begun_by recoveries.cause recoveries.compare_at
            recoveries.comparing_id recoveries.cosmo_count recoveries.detail recoveries.ended_at recoveries.evidence
            recoveries.foreign_count recoveries.in_books_count recovery_findings.card_id recovery_findings.detail \
            recovery_findings.found_at
            recovery_findings.program_id recovery_findings.reason recovery_findings.recovery_number
            recovery_findings.reference_number server_identity.database_oid server_identity.seen_at
            server_identity.system_identifier server_identity.timeline
            """
        ),
        (
            """
            Who may call. Changing it needs the database's password, and what is done with a key is checked as what \
            anybody does.
            """,
            """
            api_clients.client_id api_clients.created_at api_clients.key_digest api_clients.revoked_at
            api_clients.role wallet_org_keys.created_at wallet_org_keys.environment wallet_org_keys.expires_at
            wallet_org_keys.key_digest wallet_org_keys.key_id wallet_org_keys.label wallet_org_keys.revoked_at
            """
        ),
        (
            """
            A source of preferences that `admin preferences rebuild --dry-run` compares with the raw deliveries and \
            the platforms' calls; what follows from it now is checked here.
            """,
            """
            connection_decisions.decided_by connection_decisions.recorded_at
            connection_events.recorded_at connection_events.request_id inbox.stamp inbox_answers.inbox_id
            preference_allocations.card_id preference_allocations.parts preference_allocations.program_id
            preference_allocations.recorded_at
            preference_allocations.request_id preference_allocations.stamp_micros
            """
        ),
        (
            """
            When a delivery is applied, or that it is applied again: applying is a function of the set of deliveries \
            (I-8), however often.
            """,
            """
            inbox.attempts inbox.deliveries inbox.kind inbox.status
            """
        ),
        (
            """
            When, and how often, an issuance is tried or read. Leases, the digest and Cosmo's own guard of references \
            bound what comes of it; an absence is believed only after reads by two ways.
            """,
            """
            issuances.absent_reads issuances.attempts issuances.due_at issuances.last_sent_at issuances.lease_id
            issuances.reads
            """
        ),
        (
            """
            Cosmo's id, or who settled it: the daily comparison compares it with Cosmo's own books.
            """,
            """
            issuances.cosmo_transaction_id issuances.settled_by
            """
        ),
        (
            """
            Without it an issuance is held to the checks that there were before it was kept.
            """,
            """
            issuances.planned_digest
            """
        ),
        (
            """
            Decided when the leg is settled: a parked leg has earned nothing yet.
            """,
            """
            legs.unit
            """
        ),
        (
            """
            What decided a leg that was settled later. A refund asks the same again, and what it takes is bounded by \
            what the leg has left.
            """,
            """
            legs.settled_with
            """
        ),
        (
            """
            What Cosmo said of an account, and when it is asked again; an account that it does not know is refused \
            when something is issued to it.
            """,
            """
            links.validity links.validity_attempts links.validity_checked_at links.validity_due_at
            links.validity_reason
            """
        ),
        (
            """
            The order of a card's decisions; it is checked that a release comes after its spend, not how far.
            """,
            """
            releases.release_number
            """
        ),
        (
            """
            When the planner looks at a position; that it does is checked.
            """,
            """
            positions.plan_at
            """
        ),
        (
            """
            A key under which a repeated call is known. Its text is nowhere else; the call would be taken for a \
            new one, within the limits of a new one.
            """,
            """
            debt_write_offs.request_id preference_requests.request_hash preference_requests.request_id
            preference_requests.version wallet_idempotency.answer wallet_idempotency.environment wallet_idempotency.key
            wallet_idempotency.request_digest wallet_idempotency.scope
            """
        ),
        (
            """
            From when a version counts for a purchase that is cleared late. What was decided by it is pinned in the \
            decision.
            """,
            """
            preference_versions.effective_at
            """
        ),
        (
            """
            Terms that Cosmo's catalogue or an operator sets, at any time; they bound what is planned next, and \
            nothing that was.
            """,
            """
            programs.currency_code programs.issuing_paused programs.listed programs.local_currency_code
            programs.maximum_points programs.maximum_value programs.minimum_points programs.minimum_value
            programs.required_fields wallet_offers.expires_at wallet_offers.points_price wallet_pools.low_water_mark
            wallet_pools.is_low
            """
        ),
        (
            """
            When a refund named no time of its own, ours. What it took is in its movements.
            """,
            """
            refunds.occurred_at
            """
        ),
        (
            """
            Facts about a member beside their points. An archived member is paid nothing until upserted, and keeps \
            what the ledger says.
            """,
            """
            wallet_members.archived_at wallet_members.attributes wallet_members.balance_retained
            wallet_members.display_name wallet_members.email wallet_members.tier
            """
        ),
        (
            """
            Which offer was redeemed and how far that is. What it cost is in the ledger, and a cancel is held to it.
            """,
            """
            wallet_redemptions.end_at wallet_redemptions.offer_id wallet_redemptions.start_at
            wallet_redemptions.status
            """
        ),
        (
            """
            When a hold ends and in which way, once it has ended without a debit, and what it held then. An active hold
            is held to its member's row, a captured one to its debit.
            """,
            """
            wallet_holds.amount wallet_holds.ended_at wallet_holds.expires_at
            """
        ),
        (
            """
            An id that is checked where something names it.
            """,
            """
            wallet_holds.hold_id
            wallet_transactions.transaction_id
            """
        ),
        (
            """
            Notices to the customer's backend: they tell of points and move none.
            """,
            """
            wallet_deliveries.attempts wallet_deliveries.delivered_at wallet_deliveries.delivery_id
            wallet_deliveries.due_at wallet_deliveries.environment wallet_deliveries.event_id
            wallet_deliveries.failed_at wallet_deliveries.last_status wallet_deliveries.webhook_id wallet_outbox.body
            wallet_outbox.created_at wallet_outbox.environment wallet_outbox.event wallet_outbox.event_id
            wallet_webhooks.created_at wallet_webhooks.disabled_at wallet_webhooks.environment wallet_webhooks.events
            wallet_webhooks.failing_since wallet_webhooks.signing_secret wallet_webhooks.url
            wallet_webhooks.webhook_id
            """
        ),
    ]
}
