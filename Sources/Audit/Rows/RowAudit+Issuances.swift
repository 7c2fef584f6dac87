extension RowAudit {
    static let ofPrograms = [
        RowAudit(
            check: .configurationVersionsContiguous, table: "programs", key: ["program_id"],
            expected: "configuration versions 1 to the one in force", isByCard: false
        ) { _ in
            """
            select coalesce(p.program_id, c.program_id) as program_id,
                'in force ' || coalesce(p.configuration_version::text, 'on no program') || ', '
                    || coalesce(c.count, 0) || ' versions from ' || coalesce(c.first::text, '-') || ' to '
                    || coalesce(c.last::text, '-') as found
            from programs p full join (
                select program_id, count(*) as count, min(configuration_version) as first,
                    max(configuration_version) as last
                from program_configurations group by program_id
            ) c on c.program_id = p.program_id
            where p.program_id is null or coalesce(c.count, 0) <> p.configuration_version
                or (c.count > 0 and (c.first <> 1 or c.last <> p.configuration_version))
            """
        },
        RowAudit(
            check: .configurationDigest, table: "program_configurations", key: ["program_id", "configuration_version"],
            expected: "the plugin and the configuration that its digest was made over", isByCard: false
        ) { _ in
            """
            select program_id, configuration_version::text as configuration_version,
                plugin || '@' || plugin_version || ' with another digest' as found
            from program_configurations
            where digest <> encode(sha256(convert_to(
                octet_length(plugin) || ':' || plugin || octet_length(plugin_version) || ':' || plugin_version
                || octet_length(configuration) || ':' || configuration, 'UTF8')), 'hex')
            """
        },
        RowAudit(
            check: .legConfiguration, table: "legs", key: ["card_id", "spend_id", "program_id"],
            expected: "a configuration of the program"
        ) { cards in
            """
            select card_id, spend_id, program_id, 'version ' || configuration_version as found from legs l
            where \(cards.holds("l.card_id")) and (status = 'earned' or configuration_version <> 0)
                and exists (select from programs p where p.program_id = l.program_id)
                and not exists (
                    select from program_configurations c
                    where c.program_id = l.program_id and c.configuration_version = l.configuration_version)
            """
        },
    ]

    static let ofIssuances = [
        RowAudit(
            check: .issuanceReference, table: "issuances", key: ["reference_number"],
            expected: "1 to 64 of letters, digits, - and _, used once, on a card", isByCard: false
        ) { _ in
            """
            select reference_number,
                count(*) || ' issuances, ' || count(c.card_id) || ' on a card' as found
            from issuances i left join cards c on c.card_id = i.card_id
            group by reference_number
            having count(*) > 1 or count(c.card_id) < count(*) or reference_number !~ '^[A-Za-z0-9_-]{1,64}$'
            """
        },
        RowAudit(
            check: .issuanceTransactionID, table: "issuances", key: ["card_id", "reference_number"],
            expected: "Cosmo's transaction id, an operator who settled it, or the wallet that was paid"
        ) { cards in
            """
            select card_id, reference_number, status || ' by ' || coalesce(settled_by, 'nobody') as found
            from issuances i
            where \(cards.holds("i.card_id")) and cosmo_transaction_id is null
                and (status = 'accepted' or status = 'confirmed' and coalesce(settled_by, '') not in ('operator',
                    'wallet'))
            """
        },
        RowAudit(
            check: .issuanceTransactionUnique, table: "issuances", key: ["cosmo_transaction_id"],
            expected: "one issuance",
            isByCard: false
        ) { _ in
            """
            select cosmo_transaction_id, count(*) || ' issuances' as found from issuances
            where cosmo_transaction_id is not null group by cosmo_transaction_id having count(*) > 1
            """
        },
        RowAudit(
            check: .issuanceWithdrawn, table: "issuances", key: ["card_id", "reference_number"],
            expected: "certainly not at Cosmo, and withdrawn for a debt or for another account"
        ) { cards in
            // A try that certainly left nothing behind is no obstacle; one whose outcome had to be read is.
            """
            select card_id, reference_number,
                case when reads = 0 and cosmo_transaction_id is null then 'not at Cosmo' else 'perhaps at Cosmo' end
                    || ', settled by ' || coalesce(settled_by, 'nobody') as found
            from issuances i
            where \(cards.holds("i.card_id")) and status = 'withdrawn'
                and (reads > 0 or cosmo_transaction_id is not null
                    or coalesce(settled_by, '') not in ('debt', 'account'))
            """
        },
        RowAudit(
            check: .positionPlanned, table: "positions", key: ["card_id", "program_id", "unit"],
            expected:
                "to be looked at by the planner while an issuance that was never sent is not to the card's account"
        ) { cards in
            // Senders pass over such an issuance, so nobody else would ever take it up.
            """
            select p.card_id, p.program_id, p.unit, min(i.reference_number) || ' goes to another account' as found
            from issuances i
            join links l on l.card_id = i.card_id and l.program_id = i.program_id
            join positions p on p.card_id = i.card_id and p.program_id = i.program_id and p.unit = i.unit
            where \(cards.holds("i.card_id")) and i.status = 'planned' and i.reads = 0 and i.account <> l.account
                and p.plan_at is null and coalesce(l.waits_until <= now(), true)
            group by p.card_id, p.program_id, p.unit
            """
        },
    ]
}
