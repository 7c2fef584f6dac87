extension Operation {
    /// What a run of 200 histories of 200 steps must have come to by this operation, and how often at least: some third
    /// of what its first 200 seeds come to, so that an operation which quietly ceases to have effect is noticed.
    var floors: [String: Int] {
        switch self {
        case .registerCard: ["cards": 250, "preferences rebuilt": 250]
        case .hear: ["connection events": 1000, "held events seen": 150]
        case .hearAgain:
            [
                "repeated connection events": 80, "connection events signed again": 100,
                "connection events in other bytes": 80, "answered events in doubt again": 12,
            ]
        case .returnToEarlierWord:
            ["returns to an earlier word": 500, "returns held": 60, "issuances that waited for a decision": 35]
        case .learnOfAnswer: ["answers that became known late": 250, "possible retries settled by an answer": 15]
        case .callAsPlatform:
            [
                "links by platforms": 300, "removals by platforms": 80, "repeated platform calls": 30,
                "platform calls refused with NOT_LINKED": 20, "platform calls refused with REQUEST_CONFLICT": 20,
                "platform calls refused with UNKNOWN_PROGRAM": 20,
            ]
        case .resolveHeld:
            [
                "held events resolved": 60, "retries discarded": 6, "possible retries confirmed": 8,
                "discarded events signed again": 25,
                "resolutions refused with WRONG_STATUS": 200,
                "resolutions refused with UNKNOWN_INBOX_ENTRY": 50,
            ]
        case .allocate: ["allocations": 250]
        case .checkLinks: ["links checked": 800]
        case .spend:
            [
                "spends": 2000, "spends held": 50, "parked legs": 600, "decisions replayed": 3000,
                "spends offered to the service": 30,
            ]
        case .spendAgain: ["repeated spends": 200]
        case .spendOtherwise: ["conflicting spends": 80]
        case .spendAtOnce: ["concurrent spends": 200]
        case .reachLimit:
            ["spends near the limit": 200, "spends beyond the limit": 30, "legs beyond the limit": 60]
        case .preview: ["previews": 600, "previews of recorded spends": 50]
        case .recordPreviewed:
            [
                "spends as previewed": 80, "repeated spends as previewed": 30, "previewed spends without token": 60,
                "previews expired": 180, "previews drifted by AUTHORIZATION": 1,
                "previews drifted by EARLIER_SPEND": 60, "previews drifted by PERIOD_TOTAL": 60,
                "previews drifted by PLUGIN_CONFIGURATION": 20, "previews drifted by PREFERENCE": 80,
                "previews drifted by RECORDED_OTHERWISE": 40, "tokens refused with BAD_PREVIEW_TOKEN": 30,
                "tokens refused with PREVIEW_OF_ANOTHER_SPEND": 30,
            ]
        case .authorize: ["authorisations": 250]
        case .clear:
            [
                "clearings": 250, "late clearings by authorization": 140, "late clearings by clearing": 25,
                "late clearings by latest": 3,
            ]
        case .reverse: ["reversals": 150]
        case .configure: ["configurations": 500, "spends refused in part": 8]
        case .settle: ["settled legs": 120]
        case .pauseOrResume: ["programs paused": 60, "programs resumed": 60]
        case .plan:
            [
                "issuances planned": 1000, "issuances withdrawn": 120, "issuances withdrawn for another account": 80,
                "issuances passed over for another account": 60,
            ]
        case .send: ["transactions at Cosmo": 600, "issuances confirmed": 900]
        case .resolve: ["issuances read": 800, "issuances seen unknown": 500]
        case .deliverWebhook: ["transaction webhooks": 400]
        case .operate:
            ["issuances resolved by hand": 10, "issuances retried by hand": 25, "issuances seen parked": 300]
        case .reconcile:
            [
                "days compared": 150, "days compared by the worker": 70, "looks for a day to compare": 100,
                "comparisons refused": 10, "transactions compared": 250, "foreign transactions found": 150,
                "issuances confirmed by a comparison": 25, "issuances missed in a listing": 1,
            ]
        case .forget: ["recoveries": 100, "issuances adopted": 20, "claims that the fence refused": 20]
        case .refund:
            [
                "refunds": 700, "refunds in part": 500, "spends refunded in full": 250,
                "refunds before their spend": 100, "refunds that met their spend": 50,
                "refund movements replayed": 2500,
            ]
        case .refundUnnamed:
            [
                "refunds by EXACT_LINK": 35, "refunds by SAME_MERCHANT_AND_AMOUNT": 100,
                "refunds by FIRST_IN_FIRST_OUT": 120, "refunds by PRO_RATA": 130,
                "refunds in proportion over several spends": 120, "refunds held": 150,
                "refunds held with REFUND_LINK_NOT_OPEN_ENOUGH": 40, "refunds held with REFUND_LINK_NOT_CLEARED": 40,
                "refunds held with REFUND_LINK_UNKNOWN": 25, "refunds held with REFUND_LINK_OF_ANOTHER_CARD": 15,
                "refunds that met their clearing": 20,
            ]
        case .refundAmiss: ["refunds of too much": 30, "conflicting refunds": 30, "repeated refunds": 40]
        case .undo: ["refunds undone": 250, "refunds attributed again": 90]
        case .writeOff: ["debts seen": 100, "debts written off": 15]
        case .release:
            [
                "releases by a link": 25, "releases by an operator": 4, "expiries": 8, "releases replayed": 30,
                "releases after refunds": 7, "releases cut short": 2, "sweeps that found a link gone": 7,
                "refunds of what was released": 3, "undone refunds of what was released": 1,
            ]
        case .letTimePass: ["days passed": 1100]
        }
    }
}
