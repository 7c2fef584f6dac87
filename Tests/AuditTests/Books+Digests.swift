extension Books {
    /// The hashes of requests and the digests of issuances, as the rooms that write these rows make them.
    static let digests = """
        create or replace function pg_temp.sized(text) returns bytea language sql as
            $$ select int8send(octet_length($1)) || convert_to($1, 'UTF8') $$;
        create or replace function pg_temp.piece(text) returns text language sql as
            $$ select octet_length($1) || ':' || $1 $$;
        create or replace function pg_temp.at(timestamptz) returns bytea language sql as
            $$ select '\\x01'::bytea || int8send((extract(epoch from $1) * 1000000)::bigint) $$;
        update cards set request_hash = sha256(convert_to(pg_temp.piece(card_id) || pg_temp.piece(user_id)
            || pg_temp.piece(currency_code) || pg_temp.piece(source_user_id), 'UTF8'));
        update spends set request_hash = sha256('\\x01'::bytea || pg_temp.sized(spend_id) || pg_temp.sized(card_id)
            || pg_temp.sized(currency_code) || pg_temp.sized(merchant_category_code) || pg_temp.sized(merchant_name)
            || pg_temp.sized(merchant_country) || int8send(amount_minor) || pg_temp.at(occurred_at)
            || coalesce('\\x02'::bytea || pg_temp.sized(authorization_id), ''));
        update authorizations set request_hash = sha256('\\x01'::bytea || pg_temp.sized(authorization_id)
            || pg_temp.sized(card_id) || pg_temp.sized(currency_code) || pg_temp.sized(merchant_category_code)
            || pg_temp.sized(merchant_name) || pg_temp.sized(merchant_country) || int8send(amount_minor)
            || pg_temp.at(authorized_at));
        update refunds set request_hash = sha256('\\x01'::bytea || pg_temp.sized(refund_id) || pg_temp.sized(spend_id)
            || pg_temp.sized('') || pg_temp.sized(currency_code) || pg_temp.sized(merchant_category_code)
            || pg_temp.sized(merchant_name) || pg_temp.sized('') || int8send(amount_minor) || '\\x00'::bytea);
        update debt_write_offs set request_hash = sha256(convert_to(pg_temp.piece(card_id) || pg_temp.piece(program_id)
            || pg_temp.piece('') || pg_temp.piece('') || pg_temp.piece(reason), 'UTF8'));
        update issuances set planned_digest = sha256(convert_to(pg_temp.piece(card_id)
            || pg_temp.piece(reference_number) || pg_temp.piece(program_id) || pg_temp.piece(unit)
            || pg_temp.piece(quantity_micro::text) || pg_temp.piece(sent_value::text)
            || pg_temp.piece(sent_unit_micro::text) || pg_temp.piece(sent_currency)
            || pg_temp.piece((extract(epoch from created_at) * 1000000)::bigint::text)
            || (select string_agg(pg_temp.piece(key) || pg_temp.piece(value), '' order by key)
                from jsonb_each_text(account)), 'UTF8'));
        """
}
