// Written by .ci/generate from migrations/. Do not edit.

import PostgreSQL

/// The files of migrations/.
let migrationTexts: [MigrationText] = [
    MigrationText(
        fileName: "0001_cards_and_preferences.sql",
        sql: ##"""
            -- Cards, what is linked to them, and every version of their reward preference.

            create table cards (
                card_id            text        not null,
                user_id            text        not null,
                source_user_id     text        not null,
                currency_code      text        not null,
                preference_version bigint      not null default 0,
                request_hash       bytea       not null,
                registered_at      timestamptz not null default now(),
                constraint cards_pkey primary key (card_id),
                constraint cards_card_id_length check (length(card_id) between 1 and 128),
                constraint cards_currency_code_shape check (currency_code ~ '^[A-Z]{3}$')
            );
            comment on table cards is
                'One row a card, for as long as the card lives. Locking a row orders everything that happens to its card: spends, preference changes, refunds.';
            comment on column cards.source_user_id is
                'The name Cosmo knows the cardholder by. One for each card unless the platform gives one; cards that share it share their connection events.';
            comment on column cards.preference_version is 'The version in force; 0 before the first link.';

            create index cards_source_user_id_idx on cards (source_user_id);
            comment on index cards_source_user_id_idx is 'A connection event looks up the cards of its source user.';

            create table connection_events (
                event_id       bigint      generated always as identity,
                source_user_id text        not null,
                card_id        text,
                program_id     text        not null,
                kind           text        not null,
                stamp_micros   bigint      not null,
                content_digest bytea       not null,
                account        jsonb       not null,
                parts          integer,
                inbox_id       bigint,
                request_id     text,
                status         text        not null default 'standing',
                status_reason  text,
                recorded_at    timestamptz not null default now(),
                constraint connection_events_pkey primary key (event_id),
                constraint connection_events_kind_known check (kind in ('LINKED', 'DELINKED')),
                constraint connection_events_status_known check (status in ('standing', 'discarded')),
                constraint connection_events_parts_range check (parts is null or parts between 1 and 10000)
            );
            comment on table connection_events is
                'The set of verified connection events that a preference is a function of (I-8); grows with every link, edit and removal, never shrinks.';
            comment on column connection_events.stamp_micros is 'When the sender says it happened: the webhook''s x-timestamp, or our clock for a platform''s own call; microseconds since 1970.';
            comment on column connection_events.card_id is 'Set when a platform linked one card itself; null means every card of the source user.';
            comment on column connection_events.status is 'standing: counts. discarded: an operator decided that it does not.';

            create unique index connection_events_once_key
                on connection_events (source_user_id, program_id, stamp_micros, content_digest, coalesce(card_id, ''));
            comment on index connection_events_once_key is 'I-8: the same event delivered again is one row; also serves reading the set of a source user in order.';

            create index connection_events_inbox_id_idx on connection_events (inbox_id) where inbox_id is not null;
            comment on index connection_events_inbox_id_idx is 'An operator names a held event by its delivery.';

            create table links (
                card_id               text        not null,
                program_id            text        not null,
                status                text        not null,
                account               jsonb       not null,
                event_parts           integer,
                allocated_parts       integer,
                validity              text        not null default 'unchecked',
                validity_reason       text,
                validity_checked_at   timestamptz,
                validity_due_at       timestamptz,
                validity_attempts     integer     not null default 0,
                held                  boolean     not null default false,
                deciding_event_id     bigint,
                deciding_stamp_micros bigint      not null default 0,
                updated_at            timestamptz not null default now(),
                constraint links_pkey primary key (card_id, program_id),
                constraint links_status_known check (status in ('linked', 'waiting', 'delinked')),
                constraint links_validity_known check (validity in ('valid', 'invalid', 'unchecked')),
                constraint links_parts_range check (allocated_parts is null or allocated_parts between 1 and 10000)
            );
            comment on table links is
                'What is linked to a card now, derived from connection_events and allocations; a delinked row keeps the account that earlier points are still owed to.';
            comment on column links.validity is 'What Cosmo said of the account: an invalid link earns and is not issued to.';
            comment on column links.status is 'linked: takes part in the preference. waiting: linked, but the card has sixteen older links; comes in when one leaves. delinked: removed.';
            comment on column links.held is 'The newest events of the pair bear one stamp and disagree; the last undisputed state, the row''s status, stays in force until an operator decides.';
            comment on column links.allocated_parts is 'The parts a platform last allocated; kept over a removal, so that the row stays a function of the set of events and allocations, whatever their order.';
            comment on column links.deciding_stamp_micros is 'The stamp of the event in force; the sixteen oldest linked rows of a card take part.';

            create index links_validity_due_idx on links (validity_due_at) where validity_due_at is not null;
            comment on index links_validity_due_idx is 'The link checker takes the due checks in order; holds only the links that wait for one.';

            create table preference_versions (
                card_id      text        not null,
                version      bigint      not null,
                weights      text        not null,
                links        jsonb       not null,
                cause        text        not null,
                cause_id     text        not null,
                effective_at timestamptz not null,
                recorded_at  timestamptz not null default now(),
                constraint preference_versions_pkey primary key (card_id, version),
                constraint preference_versions_version_positive check (version > 0)
            );
            comment on table preference_versions is
                'Every reward preference a card ever had, append-only: what a decision pins. weights is the reduced weight vector in its canonical text, empty when nothing is linked.';
            comment on column preference_versions.effective_at is 'Valid time: when the sender says it took effect. recorded_at is when we learnt it.';

            create table preference_requests (
                card_id      text        not null,
                request_id   text        not null,
                request_hash bytea       not null,
                version      bigint      not null,
                recorded_at  timestamptz not null default now(),
                constraint preference_requests_pkey primary key (card_id, request_id)
            );
            comment on table preference_requests is 'I-5: which version a platform''s SetAllocation, LinkProgram or DelinkProgram led to; one row a request.';

            """##),
    MigrationText(
        fileName: "0002_inbox.sql",
        sql: ##"""
            -- Webhook deliveries, stored raw before they are answered (I-11) and applied by a worker afterwards.

            create table inbox (
                inbox_id        bigint      generated always as identity,
                kind            text        not null,
                stamp           text        not null,
                body            bytea       not null,
                body_digest     bytea       not null,
                authentication  text        not null,
                status          text        not null default 'received',
                reason          text,
                attempts        integer     not null default 0,
                deliveries      integer     not null default 1,
                due_at          timestamptz default now(),
                received_at     timestamptz not null default now(),
                settled_at      timestamptz,
                constraint inbox_pkey primary key (inbox_id),
                constraint inbox_once_key unique (kind, stamp, body_digest),
                constraint inbox_kind_known check (kind in ('program-connection', 'transaction')),
                constraint inbox_status_known check (status in ('received', 'applied', 'held', 'parked')),
                constraint inbox_due_while_received check ((status = 'received') = (due_at is not null))
            );
            comment on table inbox is
                'Every verified webhook delivery, raw; grows with each and is never edited but for its status. The set of deliveries that I-8 speaks of.';
            comment on column inbox.stamp is 'The x-timestamp header exactly as sent, or the receiving second when the authentication mode sends none.';
            comment on column inbox.authentication is 'Which mode and which secret let it in, by name; never the secret.';
            comment on column inbox.status is
                'received: waits for the worker. applied: took effect, or was found to repeat what had. held: conflicts with another of the same stamp. parked: not understood or not matched; a person looks.';
            comment on column inbox.deliveries is 'How often the very same delivery came; duplicates are harmless and counted.';
            comment on constraint inbox_once_key on inbox is 'I-8: one delivery, one row, however often it is sent.';

            create index inbox_due_idx on inbox (due_at, inbox_id) where due_at is not null;
            comment on index inbox_due_idx is 'The worker takes what is due, oldest first; holds only what waits.';

            create index inbox_visible_idx on inbox (status, inbox_id) where status in ('held', 'parked');
            comment on index inbox_visible_idx is 'The list of what waits for a person.';

            """##),
    MigrationText(
        fileName: "0003_programs.sql",
        sql: ##"""
            -- Loyalty programs as Cosmo lists them, and the allocation plugin of each, version by version.

            create table programs (
                program_id             text        not null,
                name                   text        not null default '',
                currency_code          text,
                local_currency_code    text,
                minimum_points         bigint,
                maximum_points         bigint,
                minimum_value          bigint,
                maximum_value          bigint,
                required_fields        text[],
                catalogue              jsonb,
                catalogue_at           timestamptz,
                listed                 boolean     not null default true,
                issuing_paused         boolean     not null default false,
                configuration_version  integer     not null default 0,
                changed_at             timestamptz not null default now(),
                constraint programs_pkey primary key (program_id)
            );
            comment on table programs is 'One row a program ever seen: a small reference table, read whole into memory.';
            comment on column programs.minimum_points is 'Limits of one issue as the partnership states them; null: none. Points for programs paid in points, value in whole currency units for the others.';
            comment on column programs.required_fields is 'Which account fields Cosmo requires; null: it has not told yet.';
            comment on column programs.local_currency_code is 'The currency Cosmo takes value in, ISO 4217; null when it does not say.';
            comment on column programs.catalogue is 'What else the catalogue said, for people: names, addresses, prices; decimals as text.';
            comment on column programs.catalogue_at is 'When the catalogue last had it; null for a program set up before Cosmo lists it.';
            comment on column programs.listed is 'Whether Cosmo''s latest catalogue still had it.';
            comment on column programs.configuration_version is 'Which row of program_configurations is in force; 0: none yet, its legs are parked.';

            create table program_configurations (
                program_id            text        not null,
                configuration_version integer     not null,
                plugin                text        not null,
                plugin_version        text        not null,
                configuration         text        not null,
                digest                text        not null,
                set_by                text        not null,
                set_at                timestamptz not null default now(),
                constraint program_configurations_pkey primary key (program_id, configuration_version),
                constraint program_configurations_version_positive check (configuration_version > 0)
            );
            comment on table program_configurations is
                'Every plugin configuration a program ever had, append-only: a decision pins one and can be replayed with it (I-9). configuration is canonical JSON, digest its SHA-256 with the plugin''s name and version.';

            """##),
    MigrationText(
        fileName: "0004_spends.sql",
        sql: ##"""
            -- Cleared spends, how each was split, and the running totals the split is fair over.

            create table spends (
                card_id            text        not null,
                spend_id           text        not null,
                spend_number       bigint      generated always as identity,
                amount_minor       bigint      not null,
                currency_code      text        not null,
                merchant_category_code text    not null,
                merchant_name      text        not null,
                merchant_country   text        not null,
                occurred_at        timestamptz not null,
                preference_version bigint      not null,
                weights            text        not null,
                running_before     bigint      not null,
                excluded_minor     bigint      not null,
                held_minor         bigint      not null,
                request_hash       bytea       not null,
                decision           bytea       not null,
                recorded_at        timestamptz not null default now(),
                constraint spends_pkey primary key (card_id, spend_id),
                constraint spends_spend_id_key unique (spend_id),
                constraint spends_amount_positive check (amount_minor > 0),
                constraint spends_buckets_not_negative check (excluded_minor >= 0 and held_minor >= 0)
            );
            comment on table spends is
                'One row a cleared spend, append-only. decision holds the decision''s canonical bytes: everything it was made from and its certificate (I-9).';
            comment on constraint spends_spend_id_key on spends is
                'I-5: one outcome per spend_id over all cards. A distributed engine can keep it per card only; see docs/operations.md.';
            comment on column spends.running_before is 'The card''s running total under these weights before this spend, in minor units.';

            create unique index spends_listing_key on spends (card_id, spend_number);
            comment on index spends_listing_key is 'ListSpends pages through a card, newest first, without skipping.';

            create table legs (
                card_id               text   not null,
                spend_id              text   not null,
                program_id            text   not null,
                amount_minor          bigint not null,
                unit                  text   not null,
                earned_micro          bigint not null,
                status                text   not null,
                reason                text,
                configuration_version integer not null,
                constraint legs_pkey primary key (card_id, spend_id, program_id),
                constraint legs_amount_not_negative check (amount_minor >= 0),
                constraint legs_earned_not_negative check (earned_micro >= 0),
                constraint legs_unit_known check (unit in ('points', 'value')),
                constraint legs_status_known check (status in ('earned', 'parked'))
            );
            comment on table legs is
                'The shares of a spend, one row a program (I-1: with the spend''s excluded and held they sum to its amount). earned_micro is in millionths of the unit: of a point, or of a minor unit of value.';
            comment on column legs.status is 'parked: the plugin failed; the amount stays with the program, what it earns is decided later.';

            create index legs_parked_idx on legs (program_id, card_id, spend_id) where status = 'parked';
            comment on index legs_parked_idx is 'The list of parked legs of a program, for the operator and for re-deciding them.';

            create table running_totals (
                card_id     text   not null,
                weights     text   not null,
                total_minor bigint not null,
                constraint running_totals_pkey primary key (card_id, weights),
                constraint running_totals_not_negative check (total_minor >= 0)
            ) with (fillfactor = 80);
            comment on table running_totals is
                'I-3: how much a card has spent under one weight vector, minor units. One row for each vector a card ever had; a card that returns to a vector goes on where it left.';

            create table period_totals (
                card_id       text   not null,
                program_id    text   not null,
                period        text   not null,
                accepted_minor bigint not null,
                earned_micro  bigint not null,
                constraint period_totals_pkey primary key (card_id, program_id, period),
                constraint period_totals_not_negative check (accepted_minor >= 0 and earned_micro >= 0)
            ) with (fillfactor = 80);
            comment on table period_totals is
                'What a program accepted from a card and gave for it in a period of occurred_at in UTC (''2026'', ''2026-11'' or ''2026-11-21'', as its plugin asks), for caps and tiers; one row a period for programs that ask.';

            """##),
    MigrationText(
        fileName: "0005_issuance.sql",
        sql: ##"""
            -- What each card has earned with each program, and the issues that turn it into points at Cosmo.

            create table positions (
                card_id          text        not null,
                program_id       text        not null,
                unit             text        not null,
                earned_micro     bigint      not null default 0,
                clawed_back_micro bigint     not null default 0,
                issued_micro     bigint      not null default 0,
                in_flight_micro  bigint      not null default 0,
                unknown_micro    bigint      not null default 0,
                plan_at          timestamptz,
                blocked_reason   text,
                blocked_by       text,
                changed_at       timestamptz not null default now(),
                constraint positions_pkey primary key (card_id, program_id, unit),
                constraint positions_unit_known check (unit in ('points', 'value')),
                constraint positions_not_negative check (
                    earned_micro >= 0 and clawed_back_micro >= 0 and issued_micro >= 0 and in_flight_micro >= 0 and unknown_micro >= 0)
            ) with (fillfactor = 80);
            comment on table positions is
                'I-2, one row a card, program and unit: pending - debt = earned - clawed back - issued - in flight - unknown, in millionths of the unit. Pending and debt are not stored: they are that difference''s positive and negative part.';
            comment on column positions.plan_at is 'When issuance should look at the row next; null: nothing has changed since it last did.';
            comment on column positions.blocked_reason is 'Why nothing is planned although something is pending. With blocked_by: Cosmo refused that issue for good, and nothing more is planned until an operator retries or the account changes. Without: what the planner found in the way (the link, the program); whoever changes that sets plan_at.';

            create index positions_plan_idx on positions (plan_at) where plan_at is not null;
            comment on index positions_plan_idx is 'The planner takes what changed, oldest first; its cost follows what changed, not what there is.';

            create index positions_blocked_idx on positions (program_id, card_id) where blocked_reason is not null;
            comment on index positions_blocked_idx is 'The list of positions that wait for an operator.';

            create table issuances (
                card_id           text        not null,
                reference_number  text        not null,
                issuance_number   bigint      generated always as identity,
                program_id        text        not null,
                unit              text        not null,
                quantity_micro    bigint      not null,
                sent_value        bigint      not null,
                sent_currency     text        not null,
                account           jsonb       not null,
                status            text        not null default 'planned',
                reason            text,
                cosmo_transaction_id text,
                total_points      numeric,
                attempts          integer     not null default 0,
                reads             integer     not null default 0,
                absent_reads      integer     not null default 0,
                due_at            timestamptz,
                lease_id          uuid,
                first_sent_at     timestamptz,
                last_sent_at      timestamptz,
                accepted_at       timestamptz,
                settled_at        timestamptz,
                settled_by        text,
                evidence          text,
                evidence_by       text,
                created_at        timestamptz not null default now(),
                constraint issuances_pkey primary key (card_id, reference_number),
                constraint issuances_reference_number_key unique (reference_number),
                constraint issuances_reference_number_shape check (reference_number ~ '^[A-Za-z0-9_-]{1,64}$'),
                constraint issuances_quantity_positive check (quantity_micro > 0 and sent_value > 0),
                constraint issuances_unit_known check (unit in ('points', 'value')),
                constraint issuances_status_known check (
                    status in ('planned', 'sending', 'accepted', 'confirmed', 'unknown', 'mismatched', 'parked')),
                constraint issuances_settled_by_known check (settled_by in ('webhook', 'read', 'operator', 'refusal')),
                constraint issuances_due_while_open check (due_at is null or status in ('planned', 'sending', 'accepted', 'unknown'))
            ) with (fillfactor = 80);
            comment on table issuances is
                'One row for each issue asked of Cosmo, written before the first send (I-6) and kept for ever. planned, sending, accepted, mismatched count as in flight; unknown as unknown; confirmed as issued; parked gives the quantity back to pending.';
            comment on column issuances.status is
                'planned: not sent. sending: leased to a sender, may have been sent. accepted: Cosmo answered with an id. confirmed: webhook, read or operator vouched for it. unknown: sent, outcome not known. mismatched: Cosmo reports it with other facts than ours; a person looks. parked: refused for good.';
            comment on column issuances.due_at is 'planned: when to send. sending: when the lease ends and the outcome becomes unknown. accepted and unknown: when to read it from Cosmo.';
            comment on column issuances.reason is 'Why it stands where it stands. On a confirmed issue: later news that contradicts it, such as a second transaction.';
            comment on column issuances.evidence is 'What an operator saw, and where, who settled it by hand; evidence_by is that operator''s API client.';
            comment on column issuances.sent_value is 'The integer that went to Cosmo: points, or value in the configured unit of currency.';
            comment on constraint issuances_reference_number_key on issuances is 'I-6: a reference is one issue, for ever.';

            create index issuances_planned_idx on issuances (program_id, due_at) where status = 'planned';
            comment on index issuances_planned_idx is 'Senders claim by program what is due; holds only what is to be sent.';
            create index issuances_open_idx on issuances (due_at) where status in ('sending', 'accepted', 'unknown') and due_at is not null;
            comment on index issuances_open_idx is 'The resolver takes expired leases and due reads; holds only what is open.';
            create unique index issuances_transaction_key on issuances (cosmo_transaction_id) where cosmo_transaction_id is not null;
            comment on index issuances_transaction_key is 'One Cosmo transaction settles one issue; a webhook without our reference finds its issue here.';
            create unique index issuances_listing_key on issuances (issuance_number);
            comment on index issuances_listing_key is 'ListIssuances pages in order of planning.';
            create index issuances_card_idx on issuances (card_id, program_id, issuance_number);
            comment on index issuances_card_idx is 'A card''s issues, for GetPosition''s neighbour and for the operator.';
            create index issuances_attention_idx on issuances (status, issuance_number)
                where status in ('unknown', 'mismatched', 'parked') or (status = 'confirmed' and reason is not null);
            comment on index issuances_attention_idx is 'The list of what waits for a person; a confirmed issue is in it when later news contradicts it.';
            create index issuances_confirmed_idx on issuances (program_id, issuance_number) where status = 'confirmed';
            comment on index issuances_confirmed_idx is 'The latest confirmed issue of a program, which proves that reading by reference works before an absence is believed.';

            create table cosmo_calls (
                call_id          bigint      generated always as identity,
                call             text        not null,
                program_id       text,
                reference_number text,
                request          jsonb       not null,
                response_status  integer,
                response         jsonb,
                outcome          text        not null,
                reason           text,
                duration_micros  bigint      not null,
                called_at        timestamptz not null default now(),
                constraint cosmo_calls_pkey primary key (call_id)
            );
            comment on table cosmo_calls is
                'The audit record of every validate, preview and issue call: what was asked, what came back, how long it took, personal fields masked. Grows with each call; old rows may be archived by called_at.';
            create index cosmo_calls_reference_number_idx on cosmo_calls (reference_number) where reference_number is not null;
            comment on index cosmo_calls_reference_number_idx is 'All calls made for one issue.';
            create index cosmo_calls_called_at_idx on cosmo_calls using brin (called_at);
            comment on index cosmo_calls_called_at_idx is 'Archiving by age; tiny, since rows arrive in time order.';

            """##),
    MigrationText(
        fileName: "0006_administration.sql",
        sql: ##"""
            -- Who may call, and what operators did.

            create table api_clients (
                client_id  text        not null,
                key_digest bytea       not null,
                role       text        not null,
                created_at timestamptz not null default now(),
                revoked_at timestamptz,
                constraint api_clients_pkey primary key (client_id),
                constraint api_clients_key_digest_key unique (key_digest),
                constraint api_clients_role_known check (role in ('platform', 'operator'))
            );
            comment on table api_clients is
                'Who may call the RPC door: a small table. Keys are random and 256 bits long; only their SHA-256 is kept.';
            comment on column api_clients.role is 'platform: preferences, spends, positions. operator: everything, administration included.';

            create table operator_actions (
                action_id  bigint      generated always as identity,
                client_id  text        not null,
                action     text        not null,
                subject    text        not null,
                detail     jsonb       not null default '{}',
                acted_at   timestamptz not null default now(),
                constraint operator_actions_pkey primary key (action_id)
            );
            comment on table operator_actions is 'What operators changed, append-only: who, what, on which thing, with which words.';
            create index operator_actions_subject_idx on operator_actions (subject, action_id);
            comment on index operator_actions_subject_idx is 'The history of one card, program or issue.';

            """##),
    MigrationText(
        fileName: "0007_refunds.sql",
        sql: ##"""
            -- Refunds and what each took back, authorisations that pin a preference, and how a parked leg was settled.

            alter table cards add column card_program text not null default '';
            comment on column cards.card_program is
                'The issuer''s own name for the kind of card; late clearings are attributed by a rule that may differ by it. Empty: the general rule.';

            create table authorizations (
                card_id                text        not null,
                authorization_id       text        not null,
                authorization_number   bigint      generated always as identity,
                amount_minor           bigint      not null,
                currency_code          text        not null,
                merchant_category_code text        not null,
                merchant_name          text        not null,
                merchant_country       text        not null,
                authorized_at          timestamptz not null,
                preference_version     bigint      not null,
                status                 text        not null default 'open',
                request_hash           bytea       not null,
                recorded_at            timestamptz not null,
                reversed_at            timestamptz,
                constraint authorizations_pkey primary key (card_id, authorization_id),
                constraint authorizations_authorization_id_key unique (authorization_id),
                constraint authorizations_amount_positive check (amount_minor > 0),
                constraint authorizations_status_known check (status in ('open', 'reversed')),
                constraint authorizations_reversed_when check ((status = 'reversed') = (reversed_at is not null))
            );
            comment on table authorizations is
                'One row an authorised purchase, for ever. While it is open its clearings, however many and whatever they sum to, are split under the preference version it pins.';
            comment on column authorizations.status is 'open: pins. reversed: freed by the platform; a clearing that comes all the same is late and follows the declared attribution rule.';
            create unique index authorizations_listing_key on authorizations (card_id, authorization_number);
            comment on index authorizations_listing_key is 'A card''s authorisations, newest first, without skipping.';

            alter table spends
                add column authorization_id text,
                add column attribution text not null default 'latest',
                add constraint spends_attribution_known check (attribution in ('authorization', 'clearing', 'latest'));
            comment on column spends.authorization_id is 'The authorisation that the spend cleared, when the platform named one.';
            comment on column spends.attribution is 'Why the decision was made under its preference version. authorization: pinned when the purchase was authorised. clearing: valid when the purchase happened. latest: in force when it was recorded.';
            create index spends_authorization_idx on spends (card_id, authorization_id) where authorization_id is not null;
            comment on index spends_authorization_idx is 'The clearings of an authorisation.';

            alter table legs add column settled_with jsonb;
            comment on column legs.settled_with is 'For a leg that was parked and settled later: the plugin, configuration and period totals that decided it at last, so that a refund and a replay ask the same again (I-4, I-9).';

            create table refunds (
                card_id                text        not null,
                refund_id              text        not null,
                refund_number          bigint      generated always as identity,
                spend_id               text,
                amount_minor           bigint      not null,
                currency_code          text        not null,
                merchant_category_code text        not null,
                merchant_name          text        not null,
                authorization_id       text,
                occurred_at            timestamptz not null,
                status                 text        not null,
                reason                 text,
                rule                   text,
                candidates             jsonb       not null default '[]',
                request_hash           bytea       not null,
                recorded_at            timestamptz not null,
                settled_at             timestamptz,
                constraint refunds_pkey primary key (card_id, refund_id),
                constraint refunds_refund_id_key unique (refund_id),
                constraint refunds_amount_positive check (amount_minor > 0),
                constraint refunds_status_known check (status in ('applied', 'waiting', 'held', 'undone'))
            );
            comment on table refunds is
                'One row a refund. What it did stands in refund_movements; status says where it is now.';
            comment on column refunds.spend_id is 'The spend as the platform named it; null when it named none and one was to be found.';
            comment on column refunds.authorization_id is 'The authorisation whose clearing is refunded, when the platform named one: an exact link for the policy.';
            comment on column refunds.status is 'applied: taken from spends. waiting: its spend is not here yet. held: an operator decides, reason says why. undone: taken back; its movements sum to zero.';
            comment on column refunds.rule is 'Which rule of the attribution policy chose the spends: NAMED, EXACT_LINK, SAME_MERCHANT_AND_AMOUNT, FIRST_IN_FIRST_OUT, PRO_RATA, or OPERATOR.';
            comment on column refunds.candidates is 'What the policy considered, rule by rule, when the refund named no spend: the spends, what was open on each, and what was chosen.';
            comment on constraint refunds_refund_id_key on refunds is 'I-5: one outcome per refund_id over all cards.';
            create unique index refunds_listing_key on refunds (card_id, refund_number);
            comment on index refunds_listing_key is 'A card''s refunds, newest first, without skipping.';
            create index refunds_waiting_idx on refunds (spend_id, refund_number) where status = 'waiting';
            comment on index refunds_waiting_idx is 'A new spend finds the refunds that came before it.';
            create index refunds_attention_idx on refunds (status, refund_number) where status in ('waiting', 'held');
            comment on index refunds_attention_idx is 'The list of what waits for a spend or for an operator.';

            create table refund_movements (
                card_id              text        not null,
                movement_number      bigint      generated always as identity,
                refund_id            text        not null,
                spend_id             text        not null,
                cause                text        not null,
                amount_minor         bigint      not null,
                refunded_after_minor bigint      not null,
                excluded_minor       bigint      not null,
                held_minor           bigint      not null,
                recorded_at          timestamptz not null,
                constraint refund_movements_pkey primary key (card_id, movement_number),
                constraint refund_movements_cause_known check (cause in ('refund', 'undo', 'reattribution', 'settlement')),
                constraint refund_movements_not_nothing check ((amount_minor = 0) = (cause = 'settlement')),
                constraint refund_movements_refunded_not_negative check (refunded_after_minor >= 0)
            );
            comment on table refund_movements is
                'I-4, append-only: each time money was taken out of a spend''s decision (above zero) or put back (below zero). With its clawbacks, excluded and held it sums to the amount.';
            comment on column refund_movements.cause is
                'refund: taken. undo: put back. reattribution: moved to or from other spends. settlement: moves no money; a leg that was parked while a part of it was refunded has earned since, and what it earned on that part is taken.';
            comment on column refund_movements.refunded_after_minor is 'How much of the spend is refunded after this movement; what is taken is A(cleared - before) - A(cleared - after) of the pinned decision A.';
            create index refund_movements_spend_idx on refund_movements (card_id, spend_id, movement_number);
            comment on index refund_movements_spend_idx is 'How much of a spend is refunded, and how that came about.';
            create index refund_movements_refund_idx on refund_movements (card_id, refund_id, movement_number);
            comment on index refund_movements_refund_idx is 'What a refund did.';

            create table clawbacks (
                card_id         text   not null,
                movement_number bigint not null,
                program_id      text   not null,
                unit            text   not null,
                amount_minor    bigint not null,
                earned_micro    bigint not null,
                constraint clawbacks_pkey primary key (card_id, movement_number, program_id),
                constraint clawbacks_unit_known check (unit in ('points', 'value'))
            );
            comment on table clawbacks is
                'What a movement took from each leg (below zero: gave back), append-only. By card, program and unit earned_micro sums to the position''s clawed_back_micro (I-2).';
            create index clawbacks_position_idx on clawbacks (card_id, program_id, movement_number);
            comment on index clawbacks_position_idx is 'The age of a debt: the newest clawbacks of a position, back to its size.';

            """##),
    MigrationText(
        fileName: "0008_debts.sql",
        sql: ##"""
            -- Debt: clawed back after it was issued. Written off by an audited command; and the daily comparison with Cosmo's books.

            alter table positions
                add column written_off_micro bigint not null default 0,
                add constraint positions_written_off_not_negative check (written_off_micro >= 0);
            alter table positions
                add column debt_micro bigint not null generated always as (
                    greatest(0, clawed_back_micro + issued_micro + in_flight_micro + unknown_micro - earned_micro - written_off_micro)) stored;
            comment on table positions is
                'I-2, one row a card, program and unit: pending - debt = earned - clawed back + written off - issued - in flight - unknown, in millionths of the unit. The difference''s negative part is kept by the database as debt_micro; its positive part, pending, is not stored.';
            comment on column positions.written_off_micro is 'Debt that an operator gave up; sums debt_write_offs.';
            comment on column positions.debt_micro is 'I-7: while it is above zero nothing of the position is sent. Computed by the database, so an earning that changes no debt touches no index of debts.';
            create index positions_debt_idx on positions (program_id, (- debt_micro), card_id, unit) where debt_micro > 0;
            comment on index positions_debt_idx is 'The list of debts (I-7), largest first within a program; holds only the positions that owe.';
            create index positions_unknown_idx on positions (program_id) include (unit, unknown_micro) where unknown_micro > 0;
            comment on index positions_unknown_idx is 'The balance of what may or may not have been issued, by program (I-6).';

            create table debt_write_offs (
                card_id          text        not null,
                request_id       text        not null,
                write_off_number bigint      generated always as identity,
                program_id       text        not null,
                unit             text        not null,
                micro            bigint      not null,
                reason           text        not null,
                written_off_by   text        not null,
                request_hash     bytea       not null,
                recorded_at      timestamptz not null,
                constraint debt_write_offs_pkey primary key (card_id, request_id),
                constraint debt_write_offs_micro_positive check (micro > 0),
                constraint debt_write_offs_unit_known check (unit in ('points', 'value'))
            );
            comment on table debt_write_offs is 'Debt given up, one row a decision, append-only: how much, why and by whom (I-7).';
            create index debt_write_offs_position_idx on debt_write_offs (card_id, program_id, unit);
            comment on index debt_write_offs_position_idx is 'verify sums them by position.';

            alter table issuances
                drop constraint issuances_status_known,
                add constraint issuances_status_known check (
                    status in ('planned', 'sending', 'accepted', 'confirmed', 'unknown', 'mismatched', 'parked', 'withdrawn')),
                drop constraint issuances_settled_by_known,
                add constraint issuances_settled_by_known check (settled_by in ('webhook', 'read', 'operator', 'refusal', 'debt'));
            comment on column issuances.status is
                'planned: not sent. sending: leased to a sender, may have been sent. accepted: Cosmo answered with an id. confirmed: webhook, read or operator vouched for it. unknown: sent, outcome not known. mismatched: Cosmo reports it with other facts than ours; a person looks. parked: refused for good. withdrawn: given back before it was sent, because the position came to owe (I-7).';

            create index issuances_sent_idx on issuances using brin (last_sent_at);
            comment on index issuances_sent_idx is 'The issues of a quarter of an hour, for the comparison with Cosmo''s books; tiny, since issues are sent about in the order they are planned.';

            create table reconciliations (
                day           date        not null,
                started_at    timestamptz not null,
                finished_at   timestamptz,
                cosmo_count   bigint      not null default 0,
                matched_count bigint      not null default 0,
                finding_count bigint      not null default 0,
                failure       text,
                constraint reconciliations_pkey primary key (day)
            );
            comment on table reconciliations is
                'One row a UTC day compared with Cosmo''s transactions; comparing a day again replaces its row and its findings.';

            create table reconciliation_findings (
                day                  date   not null,
                finding_number       bigint generated always as identity,
                side                 text   not null,
                reference_number     text,
                cosmo_transaction_id text,
                program_id           text,
                reason               text   not null,
                detail               jsonb  not null,
                constraint reconciliation_findings_pkey primary key (day, finding_number),
                constraint reconciliation_findings_side_known check (side in ('cosmo_only', 'ours_only', 'differs'))
            );
            comment on table reconciliation_findings is
                'What only one side knows, or both know differently; a short list in good times. detail holds both sides'' facts without personal data.';
            comment on column reconciliation_findings.side is 'cosmo_only: Cosmo lists a transaction that is none of our issues. ours_only: we hold an issue for confirmed that Cosmo does not list. differs: both have it, with other facts.';

            """##),
    MigrationText(
        fileName: "0009_preference_times.sql",
        sql: ##"""
            -- Preferences in two times: when something is so (valid time), and when we learnt it (knowledge time).

            create table preference_allocations (
                card_id       text        not null,
                allocation_id bigint      generated always as identity,
                program_id    text        not null,
                parts         integer     not null,
                stamp_micros  bigint      not null,
                request_id    text        not null,
                recorded_at   timestamptz not null,
                constraint preference_allocations_pkey primary key (card_id, allocation_id),
                constraint preference_allocations_parts_range check (parts between 1 and 10000)
            );
            comment on table preference_allocations is
                'Every share that a platform allocated, append-only: with connection_events, all that a preference is a function of. links.allocated_parts is the newest of each pair. Grows with each SetAllocation, and each LinkProgram that names parts.';
            comment on column preference_allocations.stamp_micros is
                'Valid time, microseconds since 1970: our clock when the call was taken, and never before the card''s allocation before it or the link that came with it.';
            comment on column preference_allocations.recorded_at is 'Knowledge time: when we learnt it.';

            -- What was allocated before this record began is entered once: as of the first version that shows these parts, else as of
            -- the row's last change.
            insert into preference_allocations (card_id, program_id, parts, stamp_micros, request_id, recorded_at)
            select l.card_id, l.program_id, l.allocated_parts,
                (extract(epoch from coalesce(v.recorded_at, l.updated_at)) * 1000000)::bigint, coalesce(v.cause_id, ''),
                coalesce(v.recorded_at, l.updated_at)
            from links l
            left join lateral (
                select recorded_at, cause_id from preference_versions p
                where p.card_id = l.card_id and p.cause in ('allocation', 'link')
                    and p.links @> jsonb_build_array(
                        jsonb_build_object('program_id', l.program_id, 'parts', l.allocated_parts))
                order by version limit 1) v on true
            where l.allocated_parts is not null
            order by coalesce(v.recorded_at, l.updated_at), l.card_id, l.program_id;

            alter table connection_events add column discarded_at timestamptz;
            update connection_events e set discarded_at = coalesce((
                    select min(a.acted_at)
                    from connection_events s
                    join operator_actions a on a.action = 'ResolveHeldEvent' and a.subject = 'inbox/' || s.inbox_id
                    where s.source_user_id = e.source_user_id and s.program_id = e.program_id
                        and s.stamp_micros = e.stamp_micros and s.status = 'standing'), e.recorded_at)
            where status = 'discarded';
            alter table connection_events drop constraint connection_events_status_known;
            alter table connection_events
                add constraint connection_events_status_known check (status in ('standing', 'discarded', 'unfounded')),
                add constraint connection_events_discarded_when check ((status = 'standing') = (discarded_at is null));
            comment on column connection_events.status is
                'standing: counts. discarded: an operator decided that it does not. unfounded: a rebuild found no delivery that says it; as if it had never come.';
            comment on column connection_events.discarded_at is 'Knowledge time: from when it no longer counts; null while it stands.';
            comment on column connection_events.recorded_at is 'Knowledge time: when the event was first taken into the set.';

            create table connection_decisions (
                decision_id    bigint      generated always as identity,
                source_user_id text        not null,
                program_id     text        not null,
                stamp_micros   bigint      not null,
                content_digest bytea       not null,
                card_id        text,
                decided_by     text        not null,
                recorded_at    timestamptz not null,
                constraint connection_decisions_pkey primary key (decision_id)
            );
            comment on table connection_decisions is
                'The events that operators took out of the set, append-only, named by what makes an event one: connection_events.status follows from it and can be derived anew. A handful of rows.';
            create unique index connection_decisions_once_key
                on connection_decisions (source_user_id, program_id, stamp_micros, content_digest, coalesce(card_id, ''));
            comment on index connection_decisions_once_key is 'An event is taken out once; also serves reading the decisions about a source user.';

            insert into connection_decisions (
                source_user_id, program_id, stamp_micros, content_digest, card_id, decided_by, recorded_at)
            select source_user_id, program_id, stamp_micros, content_digest, card_id,
                coalesce(nullif(replace(status_reason, 'RESOLVED_BY ', ''), ''), 'unknown'), discarded_at
            from connection_events where status = 'discarded' order by event_id;

            create table connection_deliveries (
                inbox_id       bigint not null,
                source_user_id text   not null,
                constraint connection_deliveries_pkey primary key (inbox_id)
            );
            comment on table connection_deliveries is
                'Whose connection events each webhook delivery bears: an index of the inbox by source user, one row a delivery that says something. Derived; a rebuild of preferences enters what is missing.';
            create index connection_deliveries_source_user_id_idx on connection_deliveries (source_user_id, inbox_id);
            comment on index connection_deliveries_source_user_id_idx is 'A rebuild reads the deliveries about one source user.';

            insert into connection_deliveries (inbox_id, source_user_id)
            select distinct on (inbox_id) inbox_id, source_user_id from connection_events where inbox_id is not null
            order by inbox_id, event_id;

            """##),
    MigrationText(
        fileName: "0010_wallet.sql",
        sql: ##"""
            -- The wallet: the house's own points program. SANDBOX and LIVE are the first key column of every table; nothing joins
            -- across them. I-10 (balance = received - spent = sum of the ledger, never below zero) is held here as well as in code.

            create table wallet_org_keys (
                environment text        not null,
                key_id      text        not null,
                key_digest  bytea       not null,
                label       text        not null,
                created_at  timestamptz not null,
                expires_at  timestamptz,
                revoked_at  timestamptz,
                constraint wallet_org_keys_pkey primary key (environment, key_id),
                constraint wallet_org_keys_key_digest_key unique (environment, key_digest),
                constraint wallet_org_keys_environment_known check (environment in ('SANDBOX', 'LIVE'))
            );
            comment on table wallet_org_keys is
                'Keys of customers'' backends: a small table. Keys are random and 256 bits long; only their SHA-256 is kept.';

            create table wallet_members (
                environment      text        not null,
                external_user_id text        not null,
                display_name     text,
                email            text,
                tier             text        not null default 'standard',
                attributes       jsonb,
                balance          bigint      not null default 0,
                amount_received  bigint      not null default 0,
                amount_spent     bigint      not null default 0,
                ledger_sequence  bigint      not null default 0,
                created_at       timestamptz not null,
                updated_at       timestamptz not null,
                archived_at      timestamptz,
                balance_retained boolean     not null default false,
                constraint wallet_members_pkey primary key (environment, external_user_id),
                constraint wallet_members_environment_known check (environment in ('SANDBOX', 'LIVE')),
                constraint wallet_members_identity check (balance = amount_received - amount_spent),
                constraint wallet_members_balance_not_negative check (balance >= 0),
                constraint wallet_members_totals_in_range check (
                    amount_received between 0 and 9007199254740991 and amount_spent between 0 and 9007199254740991),
                constraint wallet_members_attributes_object check (attributes is null or jsonb_typeof(attributes) = 'object')
            );
            comment on table wallet_members is 'One row per member and environment, with the wallet they hold; archived, never deleted.';
            comment on constraint wallet_members_identity on wallet_members is 'I-10: balance = amountReceived - amountSpent.';
            comment on column wallet_members.ledger_sequence is 'The sequence of the member''s newest ledger row; 0 before the first.';

            create table wallet_offers (
                environment       text        not null,
                offer_id          text        not null,
                sequence          bigint      generated always as identity,
                title             text        not null,
                description       text        not null default '',
                short_description text        not null default '',
                kind              text        not null default '',
                type              text        not null default '',
                points_price      bigint,
                expires_at        timestamptz,
                created_at        timestamptz not null,
                updated_at        timestamptz not null,
                constraint wallet_offers_pkey primary key (environment, offer_id),
                constraint wallet_offers_environment_known check (environment in ('SANDBOX', 'LIVE')),
                constraint wallet_offers_price_in_range check (points_price between 0 and 9007199254740991)
            );
            comment on table wallet_offers is 'What points can be redeemed for; a NULL price asks for no points.';
            create unique index wallet_offers_listing_idx on wallet_offers (environment, sequence desc);
            comment on index wallet_offers_listing_idx is 'Pages of offers, newest first.';

            create table wallet_redemptions (
                environment      text        not null,
                redemption_id    text        not null,
                external_user_id text        not null,
                offer_id         text        not null,
                sequence         bigint      generated always as identity,
                status           text        not null,
                points_debited   bigint      not null,
                created_at       timestamptz not null,
                updated_at       timestamptz not null,
                start_at         timestamptz,
                end_at           timestamptz,
                constraint wallet_redemptions_pkey primary key (environment, redemption_id),
                constraint wallet_redemptions_member_fkey foreign key (environment, external_user_id)
                    references wallet_members (environment, external_user_id),
                constraint wallet_redemptions_offer_fkey foreign key (environment, offer_id)
                    references wallet_offers (environment, offer_id),
                constraint wallet_redemptions_status_known check (status in (
                    'SUBMITTED', 'OPEN', 'AWAITING_VENDOR', 'AWAITING_CUSTOMER', 'PURCHASED', 'COMPLETED', 'CANCELED')),
                constraint wallet_redemptions_points_in_range check (points_debited between 0 and 9007199254740991)
            );
            comment on table wallet_redemptions is 'One row per redemption; points_debited is what a cancel gives back, whatever the offer costs by then.';
            create unique index wallet_redemptions_one_live_idx on wallet_redemptions (environment, external_user_id, offer_id)
                where status <> 'CANCELED';
            comment on index wallet_redemptions_one_live_idx is 'One live redemption per member and offer.';
            create unique index wallet_redemptions_listing_idx on wallet_redemptions (environment, external_user_id, sequence desc);
            comment on index wallet_redemptions_listing_idx is
                'Pages of a member''s redemptions, newest first. The sequence is drawn under the member''s row lock, so it never runs backwards.';
            create index wallet_redemptions_status_idx on wallet_redemptions (environment, external_user_id, status, sequence desc);
            comment on index wallet_redemptions_status_idx is 'The same pages, of one status.';
            create index wallet_redemptions_offer_idx on wallet_redemptions (environment, offer_id);
            comment on index wallet_redemptions_offer_idx is 'Analytics by offer.';
            create index wallet_redemptions_created_idx on wallet_redemptions (environment, created_at);
            comment on index wallet_redemptions_created_idx is 'Analytics by time.';

            create table wallet_transactions (
                environment      text        not null,
                external_user_id text        not null,
                sequence         bigint      not null,
                transaction_id   text        not null,
                type             text        not null,
                cause            text        not null,
                amount           bigint      not null,
                balance_after    bigint      not null,
                received_after   bigint      not null,
                reason           text,
                redemption_id    text,
                created_at       timestamptz not null,
                constraint wallet_transactions_pkey primary key (environment, external_user_id, sequence),
                constraint wallet_transactions_transaction_id_key unique (transaction_id, environment),
                constraint wallet_transactions_member_fkey foreign key (environment, external_user_id)
                    references wallet_members (environment, external_user_id),
                constraint wallet_transactions_redemption_fkey foreign key (environment, redemption_id)
                    references wallet_redemptions (environment, redemption_id),
                constraint wallet_transactions_sequence_positive check (sequence > 0),
                constraint wallet_transactions_type_matches_sign check (
                    (type = 'CREDIT' and amount > 0) or (type = 'DEBIT' and amount < 0)),
                constraint wallet_transactions_cause_matches_type check (
                    (cause in ('mint', 'refund') and type = 'CREDIT') or (cause in ('spend', 'forfeit') and type = 'DEBIT')),
                constraint wallet_transactions_redemption_named check ((cause in ('spend', 'refund')) = (redemption_id is not null)),
                constraint wallet_transactions_in_range check (
                    abs(amount) <= 9007199254740991 and balance_after between 0 and 9007199254740991
                    and received_after between balance_after and 9007199254740991)
            );
            comment on table wallet_transactions is
                'The ledger: append-only, one row per change of a wallet, numbered without gaps per member. Grows with use, for ever.';
            create unique index wallet_transactions_one_spend_idx on wallet_transactions (environment, redemption_id)
                where cause = 'spend';
            comment on index wallet_transactions_one_spend_idx is 'A redemption is paid for once.';
            create unique index wallet_transactions_one_refund_idx on wallet_transactions (environment, redemption_id)
                where cause = 'refund';
            comment on index wallet_transactions_one_refund_idx is 'A redemption is given back once.';
            create index wallet_transactions_created_idx on wallet_transactions (created_at, environment) include (cause, amount);
            comment on index wallet_transactions_created_idx is
                'Analytics by time. The environment stands last, so that no plan for a member''s rows, made before there are statistics, takes this index.';

            -- I-10 by induction: every row continues the row before it, and the member's totals are those of the newest row.
            create function wallet_transactions_continue() returns trigger language plpgsql as $$
            declare
                balance_before  bigint := 0;
                received_before bigint := 0;
            begin
                if new.sequence > 1 then
                    select t.balance_after, t.received_after into balance_before, received_before from wallet_transactions t
                    where t.environment = new.environment and t.external_user_id = new.external_user_id
                        and t.sequence = new.sequence - 1;
                    if not found then
                        raise exception 'a ledger row must follow the member''s newest row without a gap'
                            using errcode = 'check_violation', constraint = 'wallet_transactions_without_gaps';
                    end if;
                end if;
                if new.balance_after <> balance_before + new.amount
                    or new.received_after <> received_before + greatest(new.amount, 0) then
                    raise exception 'a ledger row must continue the totals of the row before it'
                        using errcode = 'check_violation', constraint = 'wallet_transactions_chain';
                end if;
                return new;
            end $$;
            create trigger wallet_transactions_chain before insert on wallet_transactions
                for each row execute function wallet_transactions_continue();

            create function wallet_transactions_refuse_change() returns trigger language plpgsql as $$
            begin
                raise exception 'ledger rows are never changed or removed: write a new row'
                    using errcode = 'check_violation', constraint = 'wallet_transactions_append_only';
            end $$;
            create trigger wallet_transactions_append_only before update or delete on wallet_transactions
                for each row execute function wallet_transactions_refuse_change();
            create trigger wallet_transactions_no_truncate before truncate on wallet_transactions
                for each statement execute function wallet_transactions_refuse_change();

            -- Looks at the rows as they stand at commit, so that the order of writes within a transaction is free.
            create function wallet_members_agree_with_ledger() returns trigger language plpgsql as $$
            declare
                member wallet_members%rowtype;
                newest wallet_transactions%rowtype;
            begin
                select * into member from wallet_members m
                where m.environment = new.environment and m.external_user_id = new.external_user_id;
                if not found then return null; end if;
                -- By full key, so that the cost never depends on the ledger's length: without gaps, the newest row is the one that
                -- has no row after it.
                select * into newest from wallet_transactions t
                where t.environment = new.environment and t.external_user_id = new.external_user_id
                    and t.sequence = member.ledger_sequence;
                if member.ledger_sequence <> coalesce(newest.sequence, 0)
                    or member.balance <> coalesce(newest.balance_after, 0)
                    or member.amount_received <> coalesce(newest.received_after, 0)
                    or exists (
                        select 1 from wallet_transactions t
                        where t.environment = new.environment and t.external_user_id = new.external_user_id
                            and t.sequence = member.ledger_sequence + 1
                    ) then
                    raise exception 'a member''s totals must be those of the newest ledger row'
                        using errcode = 'check_violation', constraint = 'wallet_members_agree_with_ledger';
                end if;
                return null;
            end $$;
            create constraint trigger wallet_members_agree_with_ledger
                after insert or update of balance, amount_received, amount_spent, ledger_sequence on wallet_members
                deferrable initially deferred for each row execute function wallet_members_agree_with_ledger();
            create constraint trigger wallet_transactions_agree_with_member after insert on wallet_transactions
                deferrable initially deferred for each row execute function wallet_members_agree_with_ledger();

            create table wallet_idempotency (
                environment    text        not null,
                scope          text        not null,
                key            text        not null,
                request_digest bytea       not null,
                status         integer,
                body           bytea,
                created_at     timestamptz not null,
                constraint wallet_idempotency_pkey primary key (environment, scope, key),
                constraint wallet_idempotency_environment_known check (environment in ('SANDBOX', 'LIVE')),
                constraint wallet_idempotency_answer_whole check ((status is null) = (body is null))
            );
            comment on table wallet_idempotency is
                'The first answer under each caller''s key (I-5), written in the transaction of its effect and kept as long as its ledger row. Failures are not stored.';

            create table wallet_webhooks (
                environment    text        not null,
                webhook_id     text        not null,
                url            text        not null,
                events         text[]      not null,
                signing_secret text        not null,
                created_at     timestamptz not null,
                disabled_at    timestamptz,
                failing_since  timestamptz,
                constraint wallet_webhooks_pkey primary key (environment, webhook_id),
                constraint wallet_webhooks_environment_known check (environment in ('SANDBOX', 'LIVE'))
            );
            comment on table wallet_webhooks is
                'Endpoints that are told of events. The signing secret must be read to sign, so it is stored; it is shown once.';

            create table wallet_outbox (
                environment text        not null,
                event_id    text        not null,
                event       text        not null,
                body        text        not null,
                created_at  timestamptz not null,
                constraint wallet_outbox_pkey primary key (environment, event_id)
            );
            comment on table wallet_outbox is 'Events as they are sent, byte for byte, written with the ledger row they tell of.';

            create table wallet_deliveries (
                environment  text        not null,
                delivery_id  text        not null,
                event_id     text        not null,
                webhook_id   text        not null,
                attempts     integer     not null default 0,
                due_at       timestamptz not null,
                delivered_at timestamptz,
                failed_at    timestamptz,
                last_status  integer,
                constraint wallet_deliveries_pkey primary key (environment, delivery_id),
                constraint wallet_deliveries_event_fkey foreign key (environment, event_id)
                    references wallet_outbox (environment, event_id),
                constraint wallet_deliveries_webhook_fkey foreign key (environment, webhook_id)
                    references wallet_webhooks (environment, webhook_id),
                constraint wallet_deliveries_one_end check (delivered_at is null or failed_at is null)
            );
            comment on table wallet_deliveries is 'One row per event and endpoint: when it is due, or how it ended.';
            create index wallet_deliveries_due_idx on wallet_deliveries (due_at) where delivered_at is null and failed_at is null;
            comment on index wallet_deliveries_due_idx is 'The sender''s claim: cost does not grow with what was delivered.';

            create table wallet_pools (
                environment    text        not null,
                balance        bigint      not null,
                low_water_mark bigint      not null default 0,
                is_low         boolean     not null default false,
                sequence       bigint      not null default 0,
                created_at     timestamptz not null,
                constraint wallet_pools_pkey primary key (environment),
                constraint wallet_pools_live_only check (environment = 'LIVE'),
                constraint wallet_pools_balance_in_range check (balance between 0 and 9007199254740991),
                constraint wallet_pools_mark_in_range check (low_water_mark between 0 and 9007199254740991)
            );
            comment on table wallet_pools is 'Prepaid points that live credits draw down; no row, no limit.';

            create table wallet_pool_entries (
                environment   text        not null,
                sequence      bigint      not null,
                amount        bigint      not null,
                balance_after bigint      not null,
                reference     text        not null,
                created_at    timestamptz not null,
                constraint wallet_pool_entries_pkey primary key (environment, sequence),
                constraint wallet_pool_entries_pool_fkey foreign key (environment) references wallet_pools (environment),
                constraint wallet_pool_entries_amount_not_zero check (amount <> 0),
                constraint wallet_pool_entries_balance_not_negative check (balance_after >= 0)
            );
            comment on table wallet_pool_entries is
                'The pool''s ledger: a top-up is positive, a draw negative; the reference is the purchase or the transaction it paid for.';

            """##),
    MigrationText(
        fileName: "0011_write_off_reversals.sql",
        sql: ##"""
            -- A write-off whose refund is undone: what was given up is owed by nobody any more and must not turn into points.

            create table debt_write_off_reversals (
                card_id         text        not null,
                reversal_number bigint      generated always as identity,
                program_id      text        not null,
                unit            text        not null,
                micro           bigint      not null,
                recorded_at     timestamptz not null,
                constraint debt_write_off_reversals_pkey primary key (card_id, reversal_number),
                constraint debt_write_off_reversals_micro_positive check (micro > 0),
                constraint debt_write_off_reversals_unit_known check (unit in ('points', 'value'))
            );
            comment on table debt_write_off_reversals is
                'I-7, append-only: what was written off of a debt that is gone, since the refund that made it was undone. Written with the claw-back that gives back; without it the points would be issued a second time.';
            create index debt_write_off_reversals_position_idx on debt_write_off_reversals (card_id, program_id, unit);
            comment on index debt_write_off_reversals_position_idx is 'verify sums them by position.';
            comment on column positions.written_off_micro is
                'Debt that an operator gave up and that would still be owed: sums debt_write_offs less debt_write_off_reversals.';

            """##),
    MigrationText(
        fileName: "0012_wallet_payouts.sql",
        sql: ##"""
            -- Programs that pay into the house's own wallet: the issue is the wallet's ledger row, and what a refund takes is taken back.

            alter table programs
                add column pays_into text not null default 'COSMO',
                add constraint programs_pays_into_known check (pays_into in ('COSMO', 'WALLET')),
                add constraint programs_wallet_listed check (pays_into = 'COSMO' or listed);
            comment on column programs.pays_into is
                'COSMO: issued by Cosmo. WALLET: paid into the house''s own wallet, to the member who is the card''s user; Cosmo knows nothing of the program and no refresh of the catalogue touches it. Set when the program is made, for ever.';

            alter table issuances
                drop constraint issuances_settled_by_known,
                add constraint issuances_settled_by_known check (
                    settled_by in ('webhook', 'read', 'operator', 'refusal', 'debt', 'wallet')),
                add constraint issuances_wallet_confirmed check (
                    settled_by is distinct from 'wallet' or (status = 'confirmed' and attempts = 0));
            comment on constraint issuances_wallet_confirmed on issuances is
                'An issue paid into the wallet is written in the transaction that pays it: nothing of it is ever sent, and it is never open.';

            alter table wallet_transactions
                add column issue_reference text,
                drop constraint wallet_transactions_cause_matches_type,
                add constraint wallet_transactions_cause_matches_type check (
                    (cause in ('mint', 'refund') and type = 'CREDIT')
                    or (cause in ('spend', 'forfeit', 'clawback') and type = 'DEBIT')),
                add constraint wallet_transactions_issue_is_mint check (issue_reference is null or cause = 'mint');
            comment on column wallet_transactions.issue_reference is
                'The issue of card rewards that this row pays, by its reference number; null for what the customer''s backend credits.';
            create unique index wallet_transactions_one_issue_idx on wallet_transactions (issue_reference, environment)
                where issue_reference is not null;
            comment on index wallet_transactions_one_issue_idx is 'An issue is paid once; verify and explain find its row here.';
            create unique index wallet_transactions_clawback_idx on wallet_transactions (transaction_id, environment)
                where cause = 'clawback';
            comment on index wallet_transactions_clawback_idx is 'verify compares the rows that took points back with the reversals.';

            create table issuance_reversals (
                card_id               text        not null,
                program_id            text        not null,
                unit                  text        not null,
                reversal_number       bigint      generated always as identity,
                quantity_micro        bigint      not null,
                wallet_environment    text        not null,
                wallet_transaction_id text        not null,
                recorded_at           timestamptz not null,
                constraint issuance_reversals_pkey primary key (card_id, program_id, unit, reversal_number),
                constraint issuance_reversals_wallet_transaction_key unique (wallet_transaction_id),
                constraint issuance_reversals_whole_points check (quantity_micro > 0 and quantity_micro % 1000000 = 0),
                constraint issuance_reversals_points_only check (unit = 'points'),
                constraint issuance_reversals_environment_known check (wallet_environment in ('SANDBOX', 'LIVE'))
            );
            comment on table issuance_reversals is
                'What was taken back out of the wallet for refunds, append-only, one row a debit. I-2: a position''s issued is the sum of its confirmed issues less the sum of these. Only programs that pay into the wallet have any (I-7).';
            comment on constraint issuance_reversals_wallet_transaction_key on issuance_reversals is
                'One debit of the ledger is one reversal.';

            """##),
    MigrationText(
        fileName: "0013_retried_words.sql",
        sql: ##"""
            -- Which deliveries their sender knows to have arrived, and what waits while one may be a retry.

            create table inbox_answers (
                inbox_id    bigint      not null,
                answered_at timestamptz not null,
                constraint inbox_answers_pkey primary key (inbox_id)
            );
            comment on table inbox_answers is
                'Program Connection deliveries that were answered with 2xx while their sender still waited, append-only; one row a delivery, written after the answer. A delivery without a row may have gone unanswered, so its sender may send it again.';
            comment on column inbox_answers.answered_at is
                'When the first such answer was written to the connection, by our clock.';

            alter table connection_events
                add column answered_at timestamptz,
                add column confirmed_at timestamptz,
                add constraint connection_events_answered_delivery check (answered_at is null or inbox_id is not null);
            comment on column connection_events.answered_at is
                'Knowledge time: when this room learnt that the delivery was answered in time (inbox_answers); null while it may have gone unanswered.';
            comment on column connection_events.confirmed_at is
                'Knowledge time: when an operator decided that it is no retry but the cardholder''s own word; null otherwise.';
            comment on constraint connection_events_answered_delivery on connection_events is
                'Only a delivery is answered; a platform''s call has its own answer.';

            alter table connection_decisions
                add column verdict text not null default 'discarded',
                add constraint connection_decisions_verdict_known check (verdict in ('discarded', 'confirmed'));
            comment on table connection_decisions is
                'What operators decided about held events, append-only, each event named by what makes it one: connection_events.status and confirmed_at follow from it and can be derived again. A handful of rows.';
            comment on column connection_decisions.verdict is
                'discarded: the event does not count. confirmed: it is no retry but the cardholder''s own word.';
            drop index connection_decisions_once_key;
            create unique index connection_decisions_once_key
                on connection_decisions (
                    source_user_id, program_id, stamp_micros, content_digest, coalesce(card_id, ''), verdict);
            comment on index connection_decisions_once_key is
                'An event is confirmed once and discarded once; also serves reading the decisions about a source user.';

            alter table links
                add column held_reason text,
                add column waits_until timestamptz;
            update links set held_reason = 'SAME_STAMP_CONFLICT' where held;
            alter table links
                add constraint links_held_reason_known check (held_reason in ('SAME_STAMP_CONFLICT', 'MAY_BE_A_RETRY')),
                add constraint links_held_why check (held = (held_reason is not null)),
                add constraint links_waits_while_held check (waits_until is null or held);
            comment on column links.held is 'Whether newer events of the pair wait for a decision; held_reason says why.';
            comment on column links.held_reason is
                'SAME_STAMP_CONFLICT: events of one stamp disagree. MAY_BE_A_RETRY: the word in force may be a retry of an older one.';
            comment on column links.waits_until is
                'Until when nothing is issued for the pair; infinity for as long as it is held, null when nothing waits.';
            comment on constraint links_waits_while_held on links is 'Issuing waits only for a decision.';

            -- An event that is repeated is in force since its first occurrence; until now the last repetition was stored instead.
            with decided as (
                select l.card_id, l.program_id, c.source_user_id, e.stamp_micros, e.content_digest
                from links l
                join cards c on c.card_id = l.card_id
                join connection_events e on e.event_id = l.deciding_event_id
            ), since as (
                select d.card_id, d.program_id, min(s.stamp_micros) as stamp_micros
                from decided d
                join connection_events s on s.source_user_id = d.source_user_id and s.program_id = d.program_id
                    and coalesce(s.card_id, d.card_id) = d.card_id and s.status = 'standing'
                    and s.content_digest = d.content_digest and s.stamp_micros <= d.stamp_micros
                where not exists (
                    select from connection_events o
                    where o.source_user_id = d.source_user_id and o.program_id = d.program_id
                        and coalesce(o.card_id, d.card_id) = d.card_id and o.status = 'standing'
                        and o.content_digest <> d.content_digest
                        and o.stamp_micros >= s.stamp_micros and o.stamp_micros <= d.stamp_micros)
                group by d.card_id, d.program_id
            )
            update links l set deciding_stamp_micros = s.stamp_micros
            from since s
            where l.card_id = s.card_id and l.program_id = s.program_id and l.deciding_stamp_micros > s.stamp_micros;

            create index links_held_idx on links (card_id, program_id) where held;
            comment on index links_held_idx is 'The pairs that wait for a decision; counted by the gauges, looked at again when an answer becomes known.';

            """##),
    MigrationText(
        fileName: "0014_releases.sql",
        sql: ##"""
            -- Held money: what waits for a link, and what became of it.

            create table held_spends (
                card_id            text        not null,
                spend_id           text        not null,
                spend_number       bigint      not null,
                preference_version bigint      not null,
                currency_code      text        not null,
                held_minor         bigint      not null,
                held_since         timestamptz not null,
                constraint held_spends_pkey primary key (card_id, spend_id),
                constraint held_spends_not_negative check (held_minor >= 0)
            ) with (fillfactor = 80);
            comment on table held_spends is
                'One row a spend of which something was held and not yet released or expired. Written with the spend, deleted by its release. It grows with what waits and not with what was.';
            comment on column held_spends.preference_version is 'The version of the preference that the spend was decided under. A later version with links releases it.';
            comment on column held_spends.held_minor is 'What is held now, in minor units: refunds take from it and undoing gives back, so it may be zero.';
            comment on column held_spends.held_since is 'When the spend was recorded. spending.heldLifetime counts from here.';
            create unique index held_spends_card_key on held_spends (card_id, spend_number);
            comment on index held_spends_card_key is 'A card''s held spends, oldest first: the order in which they are released. Also the walk over the cards that hold money.';
            create unique index held_spends_number_key on held_spends (spend_number);
            comment on index held_spends_number_key is 'All held spends, oldest first, for the operator''s list.';
            create index held_spends_since_idx on held_spends (held_since);
            comment on index held_spends_since_idx is 'What has expired, and how old the oldest is.';

            create table releases (
                card_id            text        not null,
                spend_id           text        not null,
                release_number     bigint      not null,
                outcome            text        not null,
                cause              text        not null,
                amount_minor       bigint      not null,
                preference_version bigint      not null,
                weights            text        not null,
                running_before     bigint      not null,
                excluded_minor     bigint      not null,
                decision           bytea,
                recorded_at        timestamptz not null,
                constraint releases_pkey primary key (card_id, spend_id),
                constraint releases_amount_positive check (amount_minor > 0),
                constraint releases_excluded_not_negative check (excluded_minor >= 0),
                constraint releases_outcome_known check (outcome in ('released', 'expired')),
                constraint releases_cause_known check (cause in ('link', 'operator', 'lifetime')),
                constraint releases_decided check ((outcome = 'released') = (decision is not null)),
                constraint releases_expired check ((outcome = 'expired') = (cause = 'lifetime'))
            );
            comment on table releases is
                'What became of the money that a spend''s decision held, append-only: at most one row for each spend that held money. Its legs are those with of_release.';
            comment on constraint releases_pkey on releases is 'I-5: the held money of a spend is released or expires once.';
            comment on column releases.release_number is 'Drawn from the numbers of spends under the card''s lock: a card''s spends and releases in the order in which they were decided (I-3).';
            comment on column releases.outcome is 'released: decided by decision. expired: excluded for good.';
            comment on column releases.cause is 'link: a later version of the preference has links. operator: somebody asked for it. lifetime: spending.heldLifetime was over.';
            comment on column releases.amount_minor is 'All that the spend''s decision held, in minor units. What refunds had taken of it before is given back and taken from the release in the same transaction (I-4).';
            comment on column releases.preference_version is 'The version that it was decided under; for what has expired, the one then in force.';
            comment on column releases.running_before is 'The card''s running total under these weights before the release, in minor units.';
            comment on column releases.excluded_minor is 'What every program refused, or all of it when it has expired.';
            comment on column releases.decision is 'The canonical bytes of the decision about amount_minor, in the form of spends.decision (I-9).';
            create unique index releases_number_key on releases (card_id, release_number);
            comment on index releases_number_key is 'A card''s releases in the order in which they were decided.';

            alter table legs
                add column of_release boolean not null default false,
                drop constraint legs_pkey,
                add constraint legs_pkey primary key (card_id, spend_id, program_id, of_release);
            comment on column legs.of_release is
                'Whether the leg belongs to the release of what the spend''s decision held. A program may have a leg of each.';
            comment on table legs is
                'The shares of a spend, one row a program (I-1: with the spend''s excluded and held they sum to its amount), and those of its release (with the release''s excluded they sum to what was held). earned_micro is in millionths of the unit: of a point, or of a minor unit of value.';

            alter table clawbacks
                add column of_release boolean not null default false,
                drop constraint clawbacks_pkey,
                add constraint clawbacks_pkey primary key (card_id, movement_number, program_id, of_release);
            comment on column clawbacks.of_release is 'Whether it was taken from a leg of the spend''s release.';

            alter table refund_movements
                add column released_minor bigint not null default 0,
                drop constraint refund_movements_cause_known,
                drop constraint refund_movements_not_nothing,
                add constraint refund_movements_cause_known
                    check (cause in ('refund', 'undo', 'reattribution', 'settlement', 'release')),
                add constraint refund_movements_not_nothing check ((amount_minor = 0) = (cause in ('settlement', 'release')));
            comment on column refund_movements.released_minor is
                'The part taken from what was released: the clawbacks with of_release, and of the rest of the release what is excluded. The other clawbacks, excluded, held and this sum to the amount.';
            comment on column refund_movements.cause is
                'refund: taken. undo: put back. reattribution: moved to or from other spends. settlement: moves no money; a leg that was parked while a part of it was refunded has earned since, and what it earned on that part is taken. release: moves no money out of the spend; what the refund had taken of the held part is given back and taken from the release.';

            insert into held_spends (card_id, spend_id, spend_number, preference_version, currency_code, held_minor, held_since)
            select s.card_id, s.spend_id, s.spend_number, s.preference_version, s.currency_code,
                   s.held_minor - coalesce((
                       select sum(m.held_minor) from refund_movements m where m.card_id = s.card_id and m.spend_id = s.spend_id), 0),
                   s.recorded_at
              from spends s
             where s.held_minor > 0;

            """##),
    MigrationText(
        fileName: "0015_issuance_soundness.sql",
        sql: ##"""
            -- What is sent to Cosmo is tied to what it was planned from; and an issue that nobody has to look at any more says so.

            alter table issuances
                add column sent_unit_micro bigint,
                add column planned_digest bytea,
                add column resolved_at timestamptz,
                drop constraint issuances_settled_by_known,
                add constraint issuances_settled_by_known check (
                    settled_by in ('webhook', 'read', 'operator', 'refusal', 'debt', 'wallet', 'check'));
            comment on column issuances.sent_unit_micro is
                'How many millionths of the unit one of sent_value is worth, as it was configured at planning: quantity_micro = sent_value * sent_unit_micro. Null for an issue that was planned before this was kept.';
            comment on column issuances.planned_digest is
                'SHA-256 over what was decided at planning and never changes: card, reference, program, unit, quantity, what is sent, account, time. Senders refuse a row that it does not fit. Null for an issue that was planned before this was kept.';
            comment on column issuances.resolved_at is
                'On a parked issue: since when its quantity may be planned again. On a confirmed one that has a reason: when an operator looked at the contradiction. Null while the issue waits for a person; also null for every other issue.';

            -- A parked issue waits for a person while its refusal blocks its position.
            update issuances i set resolved_at = coalesce(i.settled_at, i.created_at)
            where i.status = 'parked' and not exists (
                select from positions p
                where p.card_id = i.card_id and p.program_id = i.program_id and p.unit = i.unit
                    and p.blocked_by = i.reference_number);

            -- If a blocking issue turned out to exist at Cosmo, only a new account lifted the block until now.
            update positions p set blocked_by = null, blocked_reason = null, plan_at = coalesce(p.plan_at, now())
            where p.blocked_by is not null and not exists (
                select from issuances i
                where i.reference_number = p.blocked_by and i.status in ('parked', 'mismatched'));

            create index issuances_waiting_idx on issuances (issuance_number)
                where status = 'mismatched' or (status = 'unknown' and due_at is null)
                    or (status in ('parked', 'confirmed') and reason is not null and resolved_at is null);
            comment on index issuances_waiting_idx is
                'The list, the count and the gauge of the issues that wait for a person; holds only those.';
            create index issuances_blocking_idx on issuances (card_id, program_id, unit)
                where status = 'parked' and resolved_at is null;
            comment on index issuances_blocking_idx is
                'Finds the refused issues of a position when its block is lifted; holds only those.';
            comment on index issuances_attention_idx is
                'Lists by status: unknown, mismatched, parked with its history, and confirmed with a reason.';

            """##),
    MigrationText(
        fileName: "0016_recoveries.sql",
        sql: ##"""
            -- After a failover or a restore the database may lack issues that Cosmo has. Nothing is sent until both were compared.

            create table server_identity (
                is_only_row       boolean     not null default true,
                system_identifier text        not null,
                timeline          text        not null,
                database_oid      text        not null,
                seen_at           timestamptz not null,
                constraint server_identity_pkey primary key (is_only_row),
                constraint server_identity_one_row check (is_only_row)
            );
            comment on table server_identity is
                'Which server the service wrote to last. A promotion and a point-in-time recovery begin a new timeline, a new cluster has another system identifier, and a database made from a dump has another OID. A part that this service may not read is empty.';
            comment on column server_identity.seen_at is
                'The latest heartbeat. A lost commit is newer than the newest heartbeat that survived, so the comparison with Cosmo begins there.';

            create table recoveries (
                recovery_number bigint      generated always as identity,
                cause           text        not null,
                detail          text        not null,
                begun_at        timestamptz not null,
                begun_by        text,
                compare_from    timestamptz not null,
                compare_until   timestamptz not null,
                final_at        timestamptz not null,
                compare_at      timestamptz not null,
                comparing_id    uuid,
                compared_at     timestamptz,
                cosmo_count     bigint      not null default 0,
                in_books_count  bigint      not null default 0,
                foreign_count   bigint      not null default 0,
                failure         text,
                ended_at        timestamptz,
                ended_by        text,
                evidence        text,
                constraint recoveries_pkey primary key (recovery_number),
                constraint recoveries_cause_known check (cause in ('server', 'timeline', 'database', 'gap', 'operator')),
                constraint recoveries_interval check (compare_from <= compare_until and compare_until <= final_at),
                constraint recoveries_end check ((ended_at is null) = (ended_by is null))
            );
            comment on table recoveries is
                'Times in which nothing was sent to Cosmo because the database may lack issues. The one without an end is the fence: no sender claims an issue while it is there.';
            comment on column recoveries.cause is
                'server, timeline, database: what of server_identity changed. gap: no heartbeat for longer than issuance.recoveryGap. operator: begun by a person.';
            comment on column recoveries.compare_until is
                'No call to Cosmo that began before the fence can start after this: the last lease that an earlier sender may hold ends here.';
            comment on column recoveries.final_at is 'Only a comparison that began at or after this time can end the recovery.';
            comment on column recoveries.compare_at is 'When the next comparison is due; while one is under way, when another process may take it over.';
            comment on column recoveries.comparing_id is 'The comparison under way; one whose id was replaced ends without effect.';
            comment on column recoveries.compared_at is 'When the latest comparison that reached its end began.';
            comment on column recoveries.ended_by is '''comparison'', or the API client of the operator who ended it.';
            create unique index recoveries_open_key on recoveries ((ended_at is null)) where ended_at is null;
            comment on index recoveries_open_key is 'At most one recovery is open; senders look here before each claim.';

            create table recovery_findings (
                recovery_number      bigint      not null,
                cosmo_transaction_id text        not null,
                reference_number     text,
                program_id           text,
                reason               text        not null,
                card_id              text,
                detail               jsonb       not null,
                found_at             timestamptz not null,
                constraint recovery_findings_pkey primary key (recovery_number, cosmo_transaction_id)
            );
            comment on table recovery_findings is
                'Transactions of Cosmo that were none of our issues when a recovery compared, and may be. A finding is open until an issue has its transaction id; TRANSACTION_FAILED is never open. Transactions of other systems are counted in recoveries.foreign_count and not kept.';
            comment on column recovery_findings.card_id is 'The card that the reference number proves; null when it proves none.';

            alter table issuances add column adopted_at timestamptz;
            comment on column issuances.adopted_at is
                'When an issue that only Cosmo knew was taken into the books, after a failover or a restore had lost it. Null for every other issue.';

            """##),
    MigrationText(
        fileName: "0017_deliveries_and_held_spends.sql",
        sql: ##"""
            -- Which deliveries say the same event: it counts as answered when each of them was answered in time. And which spends
            -- ever held money, so that what is missing from the list of what waits is found.

            alter table connection_deliveries add column event_id bigint;
            comment on table connection_deliveries is
                'Which connection event of which source user each webhook delivery says: an index of the inbox, one row a delivery that says something. Derived; a rebuild of preferences enters what is missing.';
            comment on column connection_deliveries.event_id is
                'The event that the delivery says; several deliveries may say one. Null until the delivery is applied, and for one from before this column that repeats the event of another, until a rebuild of preferences.';
            create index connection_deliveries_event_id_idx on connection_deliveries (event_id) where event_id is not null;
            comment on index connection_deliveries_event_id_idx is
                'The deliveries of an event: it is answered when each of them is.';

            update connection_deliveries d set event_id = e.event_id
            from connection_events e
            where e.inbox_id = d.inbox_id and e.source_user_id = d.source_user_id and e.status <> 'unfounded';

            comment on column connection_events.inbox_id is
                'The delivery that it came with first; null for a platform''s own call.';
            comment on column connection_events.answered_at is
                'Knowledge time: when this room learnt that each of its deliveries was answered in time (inbox_answers); null while one of them may have gone unanswered.';

            create index spends_held_idx on spends (card_id, spend_id) where held_minor > 0;
            comment on index spends_held_idx is
                'What ever held money: at its start the service looks for what is neither released nor in held_spends. Holds only spends of which something was held.';

            """##),
    MigrationText(
        fileName: "0018_changed_accounts.sql",
        sql: ##"""
            -- An issue that was never sent, to an account that is no longer the card's, is withdrawn and planned for the new account.

            alter table issuances
                drop constraint issuances_settled_by_known,
                add constraint issuances_settled_by_known check (
                    settled_by in ('webhook', 'read', 'operator', 'refusal', 'debt', 'account', 'wallet', 'check'));
            comment on column issuances.status is
                'planned: not sent. sending: leased to a sender, may have been sent. accepted: Cosmo answered with an id. confirmed: webhook, read or operator vouched for it. unknown: sent, outcome not known. mismatched: Cosmo reports it with other facts than ours; a person looks. parked: refused for good. withdrawn: given back before it was sent, because the position came to owe (I-7) or the card has another account with the program.';

            create index issuances_planned_card_idx on issuances (card_id, program_id, unit) where status = 'planned';
            comment on index issuances_planned_card_idx is
                'The planner finds what a position has planned, without its history; holds only what is to be sent.';

            -- Senders now pass over such issues, so the planner must look at their positions.
            update positions p set plan_at = least(coalesce(p.plan_at, now()), now())
            from issuances i
            join links l on l.card_id = i.card_id and l.program_id = i.program_id
            where i.status = 'planned' and i.reads = 0 and i.account <> l.account
                and p.card_id = i.card_id and p.program_id = i.program_id and p.unit = i.unit;

            """##),
    MigrationText(
        fileName: "0019_plain_comments.sql",
        sql: ##"""
            -- Comments of earlier migrations in plainer words; nothing else changes.

            comment on column programs.required_fields is 'Which account fields Cosmo requires; null: not known yet.';
            comment on column positions.blocked_reason is
                'Why nothing is planned although something is pending. With blocked_by: Cosmo refused that issue for good, and nothing more is planned until an operator retries or the account changes. Without: what prevented planning (the link, the program); a change of that sets plan_at.';
            comment on table issuances is
                'One row for each issue asked of Cosmo, written before the first send (I-6) and never deleted. planned, sending, accepted, mismatched count as in flight; unknown as unknown; confirmed as issued; parked and withdrawn give the quantity back to pending.';
            comment on column issuances.reason is
                'Why it has its status. On a confirmed issue: later news that contradicts it, such as a second transaction.';
            comment on constraint issuances_reference_number_key on issuances is 'I-6: a reference belongs to one issue and is never used again.';
            comment on table authorizations is
                'One row an authorised purchase, never deleted. While it is open its clearings, however many and whatever they sum to, are split under the preference version it pins.';
            comment on table refunds is 'One row a refund. What it did is in refund_movements; status says where it is now.';
            comment on column connection_events.discarded_at is 'Knowledge time: from when it no longer counts; null while it counts.';
            comment on table wallet_transactions is
                'The ledger: append-only, one row per change of a wallet, numbered without gaps per member. Grows with use.';
            comment on column programs.pays_into is
                'COSMO: issued by Cosmo. WALLET: paid into the house''s own wallet, to the member who is the card''s user; Cosmo knows nothing of the program and no refresh of the catalogue touches it. Set when the program is made, and never changed.';

            """##),
    MigrationText(
        fileName: "0020_wallet_values.sql",
        sql: ##"""
            -- The wallet's room works with values: where an issue was paid is a column, and what is kept under a caller's key is the
            -- value that was answered, without a status of HTTP.

            alter table issuances add column wallet_environment text;
            comment on column issuances.wallet_environment is
                'The environment of the wallet that the issue was paid into; null for an issue that is not paid into the wallet.';

            -- The account of such an issue is the member alone. A digest that was right is computed again without the environment.
            create function issuances_planned_digest(i issuances, account jsonb) returns bytea language sql as $$
                select sha256(convert_to(string_agg(octet_length(piece) || ':' || piece, '' order by place), 'UTF8'))
                from (
                    select piece, place from unnest(array[
                        i.card_id, i.reference_number, i.program_id, i.unit, i.quantity_micro::text, i.sent_value::text,
                        i.sent_unit_micro::text, i.sent_currency, (extract(epoch from i.created_at) * 1000000)::bigint::text
                    ]) with ordinality as fixed (piece, place)
                    union all
                    select f.piece, 100 + 2 * (dense_rank() over (order by a.key collate "C")) + f.part
                    from jsonb_each_text(account) a, lateral (values (0, a.key), (1, a.value)) as f (part, piece)
                ) pieces
            $$;
            update issuances i set wallet_environment = i.account ->> 'environment', account = i.account - 'environment',
                planned_digest = case when i.planned_digest = issuances_planned_digest(i, i.account)
                    then issuances_planned_digest(i, i.account - 'environment') else i.planned_digest end
            where i.settled_by = 'wallet';
            drop function issuances_planned_digest(issuances, jsonb);

            alter table issuances
                add constraint issuances_wallet_environment_known check (wallet_environment in ('SANDBOX', 'LIVE')),
                add constraint issuances_wallet_environment_given check (
                    (settled_by is not distinct from 'wallet') = (wallet_environment is not null));
            comment on constraint issuances_wallet_environment_given on issuances is
                'What is taken back from an environment is at most what was paid there, so every issue paid into the wallet names its own.';

            -- What was stored so far can be read as a value: its JSON has the same members.
            alter table wallet_idempotency drop column status;
            alter table wallet_idempotency rename column body to answer;
            comment on column wallet_idempotency.answer is
                'The value that was answered, in JSON of the room''s own; null only while its transaction is open. Each door writes it in its own form.';

            -- Comments of earlier migrations in plainer words.
            comment on table wallet_webhooks is
                'Endpoints that receive events. The signing secret must be read to sign, so it is stored; it is shown once.';
            comment on index wallet_transactions_created_idx is
                'Analytics by time. The environment comes last, so that no plan for a member''s rows, made before there are statistics, takes this index.';

            """##),
    MigrationText(
        fileName: "0021_wallet_holds.sql",
        sql: ##"""
            -- Holds of the wallet: points of a member that are set aside for a purchase under way. A hold moves no points, so it is
            -- no row of the ledger; what it captures is.

            create table wallet_holds (
                environment      text        not null,
                hold_id          text        not null,
                external_user_id text        not null,
                sequence         bigint      generated always as identity,
                amount           bigint      not null,
                captured         bigint      not null default 0,
                status           text        not null,
                reason           text,
                created_at       timestamptz not null,
                expires_at       timestamptz not null,
                ended_at         timestamptz,
                constraint wallet_holds_pkey primary key (environment, hold_id),
                constraint wallet_holds_member_fkey foreign key (environment, external_user_id)
                    references wallet_members (environment, external_user_id),
                constraint wallet_holds_environment_known check (environment in ('SANDBOX', 'LIVE')),
                constraint wallet_holds_status_known check (status in ('HELD', 'CAPTURED', 'RELEASED', 'EXPIRED')),
                constraint wallet_holds_amount_in_range check (amount between 1 and 9007199254740991),
                constraint wallet_holds_captured_in_range check (captured between 0 and amount),
                constraint wallet_holds_captured_matches_status check ((status = 'CAPTURED') = (captured > 0)),
                constraint wallet_holds_ended_matches_status check ((status = 'HELD') = (ended_at is null)),
                constraint wallet_holds_expires_later check (expires_at > created_at),
                constraint wallet_holds_ended_in_time check (
                    ended_at >= created_at
                    and case status when 'CAPTURED' then ended_at < expires_at when 'EXPIRED' then ended_at >= expires_at else true end)
            );
            comment on table wallet_holds is
                'One row per hold. It ends once, by a capture of all or a part, a release or its expiry; the row never changes after that.';
            comment on column wallet_holds.captured is
                'What the hold''s one capture debited, in points; what it left of the amount is available again.';
            create unique index wallet_holds_listing_idx on wallet_holds (environment, external_user_id, sequence desc);
            comment on index wallet_holds_listing_idx is 'Pages of a member''s holds, newest first.';
            create unique index wallet_holds_all_idx on wallet_holds (environment, sequence desc);
            comment on index wallet_holds_all_idx is 'Pages of every member''s holds, newest first.';
            create index wallet_holds_active_idx on wallet_holds (environment, external_user_id) include (amount)
                where status = 'HELD';
            comment on index wallet_holds_active_idx is 'What a member''s active holds add up to.';
            create index wallet_holds_expiry_idx on wallet_holds (expires_at) where status = 'HELD';
            comment on index wallet_holds_expiry_idx is 'The holds that expire next.';

            alter table wallet_members
                add column held bigint not null default 0,
                add constraint wallet_members_held_in_balance check (held between 0 and balance),
                add constraint wallet_members_archived_hold_nothing check (archived_at is null or held = 0);
            comment on column wallet_members.held is
                'The sum of the member''s active holds, in points. Available to spend is balance - held.';

            alter table wallet_transactions
                add column hold_id text,
                drop constraint wallet_transactions_cause_matches_type,
                add constraint wallet_transactions_cause_matches_type check (
                    (cause in ('mint', 'refund') and type = 'CREDIT')
                    or (cause in ('spend', 'forfeit', 'clawback', 'capture') and type = 'DEBIT')),
                add constraint wallet_transactions_hold_named check ((cause = 'capture') = (hold_id is not null)),
                add constraint wallet_transactions_hold_fkey foreign key (environment, hold_id)
                    references wallet_holds (environment, hold_id);
            comment on column wallet_transactions.hold_id is 'The hold that the row captures; null for every other cause.';
            create unique index wallet_transactions_one_capture_idx on wallet_transactions (environment, hold_id)
                where hold_id is not null;
            comment on index wallet_transactions_one_capture_idx is 'A hold is captured once.';

            create function wallet_holds_refuse_change() returns trigger language plpgsql as $$
            begin
                if tg_op <> 'UPDATE' then
                    raise exception 'holds are never removed: release the hold'
                        using errcode = 'check_violation', constraint = 'wallet_holds_end_once';
                end if;
                if old.status <> 'HELD'
                    or (new.environment, new.hold_id, new.external_user_id, new.sequence, new.amount, new.reason, new.created_at,
                        new.expires_at)
                    is distinct from
                        (old.environment, old.hold_id, old.external_user_id, old.sequence, old.amount, old.reason, old.created_at,
                        old.expires_at) then
                    raise exception 'a hold ends once and is not changed otherwise: place another hold'
                        using errcode = 'check_violation', constraint = 'wallet_holds_end_once';
                end if;
                return new;
            end $$;
            create trigger wallet_holds_end_once before update or delete on wallet_holds
                for each row execute function wallet_holds_refuse_change();
            create trigger wallet_holds_no_truncate before truncate on wallet_holds
                for each statement execute function wallet_holds_refuse_change();

            -- Looks at the rows as they are at commit, so that the order of writes within a transaction is free.
            create function wallet_members_agree_with_holds() returns trigger language plpgsql as $$
            begin
                if exists (
                    select from wallet_members m
                    where m.environment = new.environment and m.external_user_id = new.external_user_id
                        and m.held <> (
                            select coalesce(sum(h.amount), 0) from wallet_holds h
                            where h.environment = m.environment and h.external_user_id = m.external_user_id
                                and h.status = 'HELD')
                ) then
                    raise exception 'what a member has held must be the sum of the active holds'
                        using errcode = 'check_violation', constraint = 'wallet_members_agree_with_holds';
                end if;
                return null;
            end $$;
            create constraint trigger wallet_members_agree_with_holds
                after insert or update of held on wallet_members
                deferrable initially deferred for each row execute function wallet_members_agree_with_holds();
            create constraint trigger wallet_holds_agree_with_member after insert or update of status on wallet_holds
                deferrable initially deferred for each row execute function wallet_members_agree_with_holds();

            """##),
]
