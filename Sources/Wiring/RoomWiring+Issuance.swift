package import Issuance
import PostgreSQL
import Preferences
import Programs

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
            maximumValue: program.limits.maximumValue, issueCurrencyCode: program.localCurrencyCode,
            paysIntoWallet: program.paysInto == .wallet)
    }
}
