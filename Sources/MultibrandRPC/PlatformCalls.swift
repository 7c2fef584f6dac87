/// What a card platform's key may call. Every other method is the operators': a method is closed until it is listed here.
///
/// The list holds what a platform does for its cards: preferences, spends, refunds, positions, and reads of the wallet. What
/// makes, spends or returns points of the wallet is not in it: such a call takes an operator's key here, or an
/// organisation's key at the wallet's REST door.
enum PlatformCalls {
    private static let methods: [String: [String]] = [
        "PreferenceService": [
            "RegisterCard", "GetPreferences", "SetAllocation", "LinkProgram", "DelinkProgram", "ListPreferenceChanges",
            "WatchPreferences", "CreateWidgetSession", "ListPrograms", "GetProgramFields", "ValidateMember",
        ],
        "SpendService": [
            "RecordSpend", "RecordSpends", "PreviewSpend", "AuthorizeSpend", "ReverseAuthorization", "GetAuthorization",
            "RecordRefund", "UndoRefund", "GetRefund", "ListRefunds", "ExplainSpend", "GetSpend", "ListSpends",
        ],
        "IssuanceService": [
            "GetPosition", "ListPositions", "GetIssuance", "ListIssuances", "ListDebts", "ListUnknownBalances",
            "ListReconciliations", "GetReconciliation", "GetRecovery", "ListRecoveries",
        ],
        "WalletService": [
            "UpsertMember", "GetMember", "GetWallet", "ListTransactions", "GetEligibility", "ListOffers",
            "GetRedemption", "ListRedemptions", "GetWalletSummary", "GetOfferAnalytics", "GetWalletTimeseries",
        ],
    ]

    /// The paths of the methods, as `/multibrand.v1.SpendService/RecordSpend`.
    static let paths = Set(
        methods.flatMap { service, names in names.map { "/multibrand.v1.\(service)/\($0)" } })
}
