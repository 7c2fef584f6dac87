import Access
import AllocationPlugins
import Cosmo
import Inbox
import Issuance
import Logging
import MultibrandRPC
import PluginRuntime
import PostgreSQL
import Preferences
import Programs
import Rewards
import Spending

/// How the rooms of the business meet: each names what it needs of another, and this fills it.
struct RoomWiring: Sendable {
    let pool: PostgresPool
    let catalogue: ProgramCatalogue
    /// How long a position gathers earnings before it is planned.
    let planDelay: Duration

    /// Earned by a spend, owed by a position.
    var earningSink: EarningSink {
        let planDelay = planDelay
        return { earnings in
            PositionStore.earn(
                earnings.map {
                    PositionEarning(
                        cardID: $0.cardID, programID: $0.programID, unit: $0.unit == .points ? .points : .value,
                        micro: $0.micro)
                }, at: .now, planDelay: planDelay)
        }
    }

    /// Taken back by a refund, taken from a position.
    let clawbackSink: ClawbackSink = { clawbacks in
        PositionStore.clawBack(
            clawbacks.map {
                PositionClawback(
                    cardID: $0.cardID, programID: $0.programID, unit: $0.unit == .points ? .points : .value,
                    micro: $0.micro)
            }, planAt: .now)
    }

    /// The plugin of any configuration that a decision pinned.
    var pinnedPlugins: PinnedPlugins {
        let catalogue = catalogue
        return { programID, version in try await catalogue.plugin(of: programID, configurationVersion: version) }
    }

    /// The use cases about refunds, with the worker that takes those which came before their spends.
    func refunds(
        _ configuration: SpendingConfiguration, onClawedBack: @escaping @Sendable () -> Void, logger: Logger
    ) -> (calls: RefundCalls, worker: RefundWorker) {
        let calls = RefundCalls(
            record: RecordRefund(
                pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, clawbackSink: clawbackSink,
                onClawedBack: onClawedBack),
            undo: UndoRefund(
                pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, clawbackSink: clawbackSink,
                onClawedBack: onClawedBack),
            reattribute: ReattributeRefund(
                pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, clawbackSink: clawbackSink,
                onClawedBack: onClawedBack),
            pool: pool)
        let worker = RefundWorker(
            pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, clawbackSink: clawbackSink,
            onClawedBack: onClawedBack, logger: logger)
        return (calls, worker)
    }

    /// What decides held money: the worker, and the operators' call.
    func releases(
        _ configuration: SpendingConfiguration, onEarned: @escaping @Sendable () -> Void, logger: Logger
    ) -> (call: ReleaseHeld, worker: ReleaseWorker) {
        let catalogue = catalogue
        let call = ReleaseHeld(
            pool: pool, configuration: configuration, plugins: { catalogue.plugins }, earningSink: earningSink,
            clawbackSink: clawbackSink, onEarned: onEarned)
        let worker = ReleaseWorker(
            pool: pool, configuration: configuration, plugins: { catalogue.plugins }, earningSink: earningSink,
            clawbackSink: clawbackSink, onEarned: onEarned, logger: logger)
        return (call, worker)
    }

    /// Where the points of a card go, as preferences know it; a removed link still has its last account.
    static let destinations: DestinationLookup = { connection, keys in
        let links = try await FindDestinations()(
            keys.map { (cardID: $0.cardID, programID: $0.programID) }, on: connection)
        return links.map { $0.map(Self.destination) }
    }

    /// The cards, for a recovery to look among them.
    static let cards: CardDirectory = {
        let find = FindCards()
        return CardDirectory(
            ids: { connection, programID, after, limit in
                try await find.ids(linkedTo: programID, after: after, limit: limit, on: connection)
            },
            currency: { connection, cardID in try await find.currency(of: cardID, on: connection) },
            destinations: destinations)
    }()

    /// On which terms a program is issued to, read in the planner's own transaction.
    var terms: ProgramTermsLookup {
        let catalogue = catalogue
        return { connection, programIDs in
            try await catalogue.programs(programIDs, on: connection).mapValues { program in
                ProgramTerms(
                    isListed: program.isListed, isPaused: program.isIssuingPaused,
                    minimumPoints: program.limits.minimumPoints, maximumPoints: program.limits.maximumPoints,
                    minimumValue: program.limits.minimumValue, maximumValue: program.limits.maximumValue,
                    issueCurrencyCode: program.localCurrencyCode, paysIntoWallet: program.paysInto == .wallet)
            }
        }
    }

    /// What preferences need to know of a program before linking it.
    var programFacts: ProgramFacts {
        let catalogue = catalogue
        return ProgramFacts(
            isKnown: { catalogue.program($0) != nil }, requiredFields: { catalogue.program($0)?.requiredFields },
            paysIntoWallet: { catalogue.program($0)?.paysInto == .wallet })
    }

    /// What a change of preferences does elsewhere, in its own transaction.
    let preferencesEffects = PreferencesEffects(
        onLinkUsable: { cardID, programID in
            PositionStore.planAgain(cardID: cardID, programID: programID, accountChanged: true, at: .now)
        },
        onWaitChanged: { cardID, programID in
            PositionStore.planAgain(cardID: cardID, programID: programID, accountChanged: false, at: .now)
        },
        holdDeliveries: { InboxStore.hold($0, reason: $1.rawValue, now: .now) },
        releaseDeliveries: { InboxStore.release($0, now: .now) })

    /// Which webhook deliveries were answered in time, as the inbox knows it.
    static let answers: AnswerLookup = { connection, ids in try await InboxStore.answered(among: ids, connection) }

    /// Derives preferences again from the inbox that Cosmo's deliveries are kept in.
    func rebuildPreferences(
        _ context: PreferencesContext, paths: ConnectionEventPayload.Paths
    ) -> RebuildPreferences {
        RebuildPreferences(
            context: context,
            lookup: DeliveryLookup(
                inboxIDs: { connection, after, limit in
                    try await InboxStore.ids(of: .programConnection, after: after, limit: limit, connection)
                },
                deliveries: { connection, ids in
                    let answered = try await InboxStore.answered(among: ids, connection)
                    return try await InboxStore.entries(ids, connection).map {
                        StoredDelivery(
                            inboxID: $0.id, stamp: $0.stamp, body: $0.body, receivedAt: $0.receivedAt,
                            wasApplied: $0.wasApplied, isAnswered: answered.contains($0.id))
                    }
                }),
            paths: paths,
            record: { clientID, cardID, detail in
                let caller = Caller(clientID: clientID, role: .operator)
                return [
                    OperatorActions.record(
                        by: caller, action: "RebuildPreferences", subject: cardID, detail: detail)
                ]
            })
    }

    private static func destination(_ link: LinkDestination) -> Destination {
        let validity: Destination.Validity =
            switch link.validity {
            case .valid: .valid
            case .invalid: .invalid
            case .unchecked: .unchecked
            }
        return Destination(
            account: link.account, validity: validity, cardCurrencyCode: link.cardCurrencyCode,
            waitsUntil: link.waitsUntil)
    }

    /// What a change of a program does elsewhere, in its own transaction.
    let programsEffects = ProgramsEffects(
        onTermsChanged: { PositionStore.planProgram($0, includingUnblocked: true, at: .now) },
        record: { clientID, action, programID, detail in
            let caller = Caller(clientID: clientID, role: .operator)
            return [OperatorActions.record(by: caller, action: action, subject: programID, detail: detail)]
        })
}
