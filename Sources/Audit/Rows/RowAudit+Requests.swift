/// What is stored of a request, against the hash that was made over it when it came (I-5).
///
/// The hash distinguishes a repetition from another request, so it is stored with everything that a platform said.
extension RowAudit {
    /// A text as its hash takes it: its length in eight bytes, and its bytes.
    private static func sized(_ texts: [String]) -> String {
        texts.map { "int8send(octet_length(\($0))) || convert_to(\($0), 'UTF8')" }.joined(separator: " || ")
    }

    /// The hashes of a purchase's request, with its time and without: a request may leave the time to us.
    private static func hashes(_ texts: [String], _ time: String, later: String? = nil) -> String {
        let content = "'\\x01'::bytea || \(sized(texts)) || int8send(amount_minor)"
        let end =
            later.map { " || case when \($0) is null then ''::bytea else '\\x02'::bytea || \(sized([$0])) end" } ?? ""
        return """
            sha256(\(content) || '\\x00'::bytea\(end)),
                sha256(\(content) || '\\x01'::bytea || int8send(\(micros(time)))\(end))
            """
    }

    private static func request(
        _ table: String, key: [String], _ sql: @escaping @Sendable (CardScope) -> String
    ) -> RowAudit {
        RowAudit(
            check: .requestContent, table: table, key: key, expected: "the request that its hash was made over",
            sql: sql)
    }

    private static let spendHashes = hashes(
        ["spend_id", "card_id", "currency_code", "merchant_category_code", "merchant_name", "merchant_country"],
        "occurred_at", later: "authorization_id")
    private static let authorizationHashes = hashes(
        [
            "authorization_id", "card_id", "currency_code", "merchant_category_code", "merchant_name",
            "merchant_country",
        ], "authorized_at")
    private static let refundHashes = hashes(
        [
            "refund_id", "coalesce(spend_id, '')", "c.named", "currency_code", "merchant_category_code",
            "merchant_name", "coalesce(authorization_id, '')",
        ], "occurred_at")

    static let ofRequests = [
        request("cards", key: ["card_id"]) { cards in
            """
            select card_id, 'another' as found from cards c
            where \(cards.holds("c.card_id")) and request_hash not in (
                select sha256(convert_to(\(pieces(["card_id", "user_id", "currency_code", "source"]))
                    || case card_program when '' then '' else \(pieces(["card_program"])) end, 'UTF8'))
                from (values (source_user_id), ('')) s (source))
            """
        },
        request("spends", key: ["card_id", "spend_id"]) { cards in
            """
            select card_id, spend_id, 'another' as found from spends s
            where \(cards.holds("s.card_id")) and request_hash not in (
                \(spendHashes))
            """
        },
        request("authorizations", key: ["card_id", "authorization_id"]) { cards in
            """
            select card_id, authorization_id, 'another' as found from authorizations a
            where \(cards.holds("a.card_id")) and request_hash not in (
                \(authorizationHashes))
            """
        },
        request("refunds", key: ["card_id", "refund_id"]) { cards in
            // A refund may name its card or its spend alone.
            """
            select card_id, refund_id, 'another' as found from refunds r
            where \(cards.holds("r.card_id")) and not exists (
                select from (values (r.card_id), ('')) c (named)
                where request_hash in (
                    \(refundHashes)))
            """
        },
        request("debt_write_offs", key: ["card_id", "request_id"]) { cards in
            // All that is owed may be asked for without saying how much, and of whichever unit.
            """
            select card_id, request_id, 'another' as found from debt_write_offs w
            where \(cards.holds("w.card_id")) and request_hash not in (
                select sha256(convert_to(\(pieces(["card_id", "program_id", "u.unit", "m.micro", "reason"])), 'UTF8'))
                from (values (w.unit), ('')) u (unit), (values (w.micro::text), ('')) m (micro))
            """
        },
        RowAudit(
            check: .refundState, table: "refunds", key: ["card_id", "refund_id"],
            expected: "what goes with its status: a reason while it is held, when it was settled, by which rule"
        ) { cards in
            """
            select card_id, refund_id, status || ', ' || coalesce(reason, 'no reason') || ', '
                    || coalesce(rule, 'no rule') || case when settled_at is null then '' else ', settled' end as found
            from refunds r
            where \(cards.holds("r.card_id")) and not case status
                when 'applied' then settled_at is not null and rule is not null
                when 'undone' then settled_at is not null
                when 'held' then settled_at is null and reason is not null
                when 'waiting' then settled_at is null and reason is null
                else false end
            """
        },
    ]
}
