package import Issuance
package import PostgreSQL
import Preferences
package import Programs
import Rewards
package import Spending
package import Waiting
package import Wallet

/// How the rooms of the business meet: each names what it needs of another, and this fills it.
///
/// The service, the random histories and the fault injection are all wired by it.
package struct RoomWiring: Sendable {
    /// The database.
    package let pool: PostgresPool
    /// The programs and plugins in force.
    package let catalogue: ProgramCatalogue
    /// How long a position gathers earnings before it is planned.
    package let planDelay: Duration
    /// The clock of every room.
    package let now: @Sendable () -> PostgresTimestamp
    /// Raised after commits that make the planner look at positions; `IssuancePlanner` waits for it.
    package let positionsDue: Signal
    /// Raised after commits that record spends; `RefundWorker` waits for it.
    package let spendsRecorded = Signal()

    /// Wires rooms over one database.
    package init(
        pool: PostgresPool, catalogue: ProgramCatalogue, planDelay: Duration = .zero,
        positionsDue: Signal = Signal(), now: @escaping @Sendable () -> PostgresTimestamp
    ) {
        self.pool = pool
        self.catalogue = catalogue
        self.planDelay = planDelay
        self.positionsDue = positionsDue
        self.now = now
    }

    /// The plugin of any configuration that a decision pinned.
    package var pinnedPlugins: PinnedPlugins {
        { [catalogue] programID, version in
            try await catalogue.plugin(of: programID, configurationVersion: version)
        }
    }

    /// What a change of a program does elsewhere, in its own transaction.
    package var programsEffects: ProgramsEffects {
        ProgramsEffects(
            onTermsChanged: { [now] in PositionStore.planProgram($0, includingUnblocked: true, at: now()) })
    }
}

extension RoomWiring {
    /// Where the points of a card go, as preferences know it; a removed link still has its last account.
    package static let destinations: DestinationLookup = { try await FindDestinations()($1, on: $0) }

    /// The cards, for a recovery to look among them.
    package static let cards: CardDirectory = {
        let find = FindCards()
        return CardDirectory(
            ids: { try await find.ids(linkedTo: $1, after: $2, limit: $3, on: $0) },
            currency: { try await find.currency(of: $1, on: $0) }, destinations: destinations)
    }()

    /// On which terms a program is issued to, read in the planner's own transaction.
    package var terms: ProgramTermsLookup {
        { [catalogue] in try await catalogue.programs($1, on: $0).mapValues(ProgramTerms.init) }
    }
}

extension ProgramTerms {
    fileprivate init(_ program: Program) {
        self.init(
            isListed: program.isListed, isPaused: program.isIssuingPaused, minimumPoints: program.limits.minimumPoints,
            maximumPoints: program.limits.maximumPoints, minimumValue: program.limits.minimumValue,
            maximumValue: program.limits.maximumValue, issuanceCurrencyCode: program.localCurrencyCode,
            paysIntoWallet: program.paysInto == .wallet)
    }
}

extension RoomWiring {
    /// What is earned with programs that pay into the wallet: the member is the card's user.
    package static func walletPayout(_ context: WalletContext, environment: WalletEnvironment) -> WalletPayout {
        let postings = WalletPostings(context, environment: environment)
        return WalletPayout(environment: environment.rawValue) { connection, orders, now in
            let users = try await FindCardUsers()(orders.map(\.cardID), on: connection)
            let known = zip(orders, users).compactMap { order, user in
                user.map { (externalUserID: $0, movement: order.movement) }
            }
            var outcomes = try await postings.post(known, now: now, on: connection)[...]
            return users.map { $0 == nil ? .refused(.cardUnknown) : outcomes.popFirst() ?? .refused(.cardUnknown) }
        }
    }
}
