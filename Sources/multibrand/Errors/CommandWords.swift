/// What the service says, in the words of this program: it names calls, and a person at a terminal has commands.
enum CommandWords {
    /// The command that makes each call which messages name.
    static let commands: [String: String] = [
        "RegisterCard": "admin cards register", "SetAllocation": "admin cards allocate",
        "LinkProgram": "admin cards link", "DelinkProgram": "admin cards delink",
        "GetPreferences": "admin preferences show", "ListPreferenceChanges": "admin preferences changes",
        "RebuildPreferences": "admin preferences rebuild", "CreateWidgetSession": "admin cards widget",
        "ListCards": "admin cards list", "ListPrograms": "admin programs list",
        "GetProgramFields": "admin programs fields", "ValidateMember": "admin programs validate",
        "PreviewPoints": "admin programs points", "GetCosmoTransaction": "admin issuances transaction",
        "ListPlugins": "admin programs plugins",
        "RefreshPrograms": "admin programs refresh", "ConfigureProgram": "admin programs configure",
        "RetryParkedLegs": "admin programs retry-parked", "RecordSpend": "admin spends record",
        "PreviewSpend": "admin spends preview", "GetSpend": "admin spends show", "ListSpends": "admin spends list",
        "ListHeldSpends": "admin spends held", "ReleaseHeld": "admin spends release",
        "GetAuthorization": "admin authorizations show", "ReverseAuthorization": "admin authorizations reverse",
        "RecordRefund": "admin refunds record", "UndoRefund": "admin refunds undo",
        "ReattributeRefund": "admin refunds reattribute", "GetRefund": "admin refunds show",
        "ListRefunds": "admin refunds list", "ListPositions": "admin positions list",
        "GetPosition": "admin positions show", "ListIssuances": "admin issuances list",
        "GetIssuance": "admin issuances show", "RetryIssuance": "admin issuances retry",
        "ResolveIssuance": "admin issuances resolve", "ListCosmoCalls": "admin issuances calls",
        "ListDebts": "admin debts list", "WriteOffDebt": "admin debts write-off",
        "ReconcileDay": "admin reconciliations run", "GetReconciliation": "admin reconciliations show",
        "GetRecovery": "admin recovery show", "ListRecoveries": "admin recovery list",
        "BeginRecovery": "admin recovery begin", "CompareRecovery": "admin recovery compare",
        "EndRecovery": "admin recovery end", "AdoptIssuance": "admin recovery adopt",
        "ListInbox": "admin inbox list", "ReplayInboxEntry": "admin inbox replay",
        "ResolveHeldEvent": "admin inbox resolve", "CreateApiClient": "admin clients create",
        "ListApiClients": "admin clients list", "RevokeApiClient": "admin clients revoke",
        "UpsertMember": "admin wallet members upsert", "ListMembers": "admin wallet members list",
        "CreateOrgKey": "admin wallet keys create", "ListOrgKeys": "admin wallet keys list",
        "RotateOrgKey": "admin wallet keys rotate", "RevokeOrgKey": "admin wallet keys revoke",
        "PlaceHold": "admin wallet holds place", "CaptureHold": "admin wallet holds capture",
        "ReleaseHold": "admin wallet holds release", "ListHolds": "admin wallet holds list",
        "CreateOffer": "admin wallet offers create", "ListOffers": "admin wallet offers list",
        "PriceOffer": "admin wallet offers price",
        "MoveRedemption": "admin wallet redemptions move", "CancelRedemption": "admin wallet redemptions cancel",
        "ListWebhooks": "admin wallet webhooks list", "RegisterWebhook": "admin wallet webhooks register",
        "DeleteWebhook": "admin wallet webhooks delete", "TopUpPool": "admin wallet pool top-up",
        "SetPoolLowWaterMark": "admin wallet pool mark", "GetOverview": "status", "ExplainSpend": "explain",
    ]

    /// The text with every call that it names as the command that makes it.
    static func translated(_ text: String) -> String {
        text.replacing(/`?\b(?:[A-Z][A-Za-z]*Service\/)?([A-Z][a-z]+[A-Z]?[A-Za-z]*)\b`?/) { match in
            commands[String(match.1)].map { "`multibrand \($0)`" } ?? String(match.0)
        }
    }
}
