import Audit
import CosmoSandbox
import MultibrandAPI
import MultibrandServer
import PostgreSQL
import SwiftProtobuf
import TestSupport
import Testing

extension Stack {
    /// Waits until nothing is planned, sent, waited for or left to be read.
    func settle(_ client: ServiceClient, within limit: Duration = .seconds(600)) async throws {
        var overview = Multibrand_V1_Overview()
        // An overview is several queries: what one of them has not seen yet another may not see any more. Quiet is what
        // two in a row show alike.
        var quietBefore: [String: Int64]?
        try await eventually(
            "every issuance is settled", within: limit, every: .milliseconds(100),
            seen: { overview.textFormatString() }
        ) {
            overview = try await client.overview()
            let open = overview.issuancesByStatus.filter { $0.key != "confirmed" }.values.reduce(0, +)
            let isQuiet =
                open == 0 && overview.positionsToPlan == 0 && overview.inboxReceived == 0
                && sandbox.deliveryCount(.pending) == 0
            defer { quietBefore = isQuiet ? overview.issuancesByStatus : nil }
            return isQuiet && quietBefore == overview.issuancesByStatus
        }
    }

    /// Checks every invariant over the whole database, by code that shares nothing with the code that wrote it.
    ///
    /// - Parameter check: one that must have had something to look at; a report over nothing would be clean too.
    func verify(covering check: VerifyCheck = .spendSum) async throws {
        let report = try await Verify(pool: pool, logger: Self.quietLogger)()
        #expect(report.isClean, "\(report.violationCount) violations, such as \(report.violations.prefix(5))")
        #expect(report.checks.contains { $0.name == check && $0.checked > 0 })
    }

    /// The same as an operator makes it: `multibrand verify` must end with code 0.
    func verifyByCommand() async throws {
        let environment = ServiceProcess.variables([Settings.Database.url.key: databaseURL])
        let command = ChildProgram(
            [try ProjectFiles.executable(), "verify"], environment: environment, in: directory,
            logPath: directory + "/verify.log")
        #expect(try await command.ended() == .code(0), "verify: \(command.log.suffix(1_500))")
    }

    /// Every position, through the door.
    func positions(_ client: ServiceClient) async throws -> [Multibrand_V1_Position] {
        var positions: [Multibrand_V1_Position] = []
        var token = ""
        repeat {
            let page: Multibrand_V1_ListPositionsResponse = try await client.call(
                "IssuanceService/ListPositions",
                Multibrand_V1_ListPositionsRequest.with {
                    $0.pageSize = 500
                    $0.pageToken = token
                })
            positions += page.positions
            token = page.nextPageToken
        } while !token.isEmpty
        return positions
    }

    /// Every issuance, through the door.
    func issuances(_ client: ServiceClient) async throws -> [Multibrand_V1_Issuance] {
        var issuances: [Multibrand_V1_Issuance] = []
        var token = ""
        repeat {
            let page: Multibrand_V1_ListIssuancesResponse = try await client.call(
                "IssuanceService/ListIssuances",
                Multibrand_V1_ListIssuancesRequest.with {
                    $0.pageSize = 500
                    $0.pageToken = token
                })
            issuances += page.issuances
            token = page.nextPageToken
        } while !token.isEmpty
        return issuances
    }
}

/// Our books held against what was answered, and against the sandbox's own.
struct BooksComparison {
    let book: CardBook
    let positions: [Multibrand_V1_Position]
    var issuances: [Multibrand_V1_Issuance]
    let transactions: [SandboxTransaction]
    let balances: [SandboxBalance]

    static func read(_ stack: Stack, _ book: CardBook, _ client: ServiceClient) async throws -> BooksComparison {
        BooksComparison(
            book: book, positions: try await stack.positions(client), issuances: try await stack.issuances(client),
            transactions: stack.sandbox.transactions(), balances: stack.sandbox.balances())
    }

    private struct Key: Hashable {
        let cardID: String
        let programID: String
    }

    /// For each card and program: earned is what the answers said, and all of it is accounted for (I-2).
    func checkPositions(against answers: some Collection<Multibrand_V1_RecordSpendResponse>, cardIDs: [String]) {
        var earned: [Key: Int64] = [:]
        for (answer, cardID) in zip(answers, cardIDs) {
            for leg in answer.decision.legs where leg.microPoints > 0 {
                earned[Key(cardID: cardID, programID: leg.programID), default: 0] += leg.microPoints
            }
        }
        var stored: [Key: Int64] = [:]
        for position in positions {
            let name = "\(position.cardID) with \(position.programID)"
            if position.earnedMicro > 0 {
                stored[Key(cardID: position.cardID, programID: position.programID), default: 0] += position.earnedMicro
            }
            let parts = position.issuedMicro + position.pendingMicro + position.inFlightMicro + position.unknownMicro
            #expect(position.earnedMicro == parts, "the position of \(name) does not add up")
            #expect(position.clawedBackMicro == 0 && position.debtMicro == 0, "nothing was refunded to \(name)")
            #expect(position.inFlightMicro == 0 && position.unknownMicro == 0, "\(name) is not settled")
        }
        #expect(earned == stored, "what was earned is not what was answered")
    }

    /// Every issuance is one transaction of the sandbox, to the right account, and the other way round (I-6).
    func checkTransactions() {
        let references = transactions.map(\.referenceNumber)
        #expect(Set(references).count == references.count, "the sandbox has two transactions of one reference")
        #expect(issuances.allSatisfy { $0.status == .confirmed }, "an issuance is not confirmed")
        #expect(!issuances.isEmpty)
        let ours = Dictionary(uniqueKeysWithValues: issuances.map { ($0.referenceNumber, $0) })
        #expect(Set(ours.keys) == Set(references), "our issuances are not the sandbox's transactions")
        let cards = Dictionary(uniqueKeysWithValues: book.cards.map { ($0.cardID, $0) })
        for transaction in transactions {
            guard let issuance = ours[transaction.referenceNumber] else { continue }
            let choice = cards[issuance.cardID]?.choices.first { $0.programID == transaction.programID }
            #expect(issuance.sentValue == transaction.value && issuance.sentCurrency == transaction.currency)
            #expect(issuance.cosmoTransactionID == transaction.id && issuance.programID == transaction.programID)
            #expect(
                choice?.accountKey == transaction.accountKey, "points of \(issuance.cardID) went to another account")
        }
    }

    /// For each account the sandbox holds exactly what we count as issued, and nothing else.
    func checkBalances() {
        var issued: [Key: Int64] = [:]
        for position in positions where position.issuedMicro > 0 {
            issued[Key(cardID: position.cardID, programID: position.programID)] = position.issuedMicro
        }
        let values = Dictionary(grouping: transactions) { Key(cardID: $0.accountKey, programID: $0.programID) }
        var seen = 0
        for card in book.cards {
            for choice in card.choices {
                let ours = issued[Key(cardID: card.cardID, programID: choice.programID)] ?? 0
                let account = Key(cardID: choice.accountKey, programID: choice.programID)
                let theirs = (values[account] ?? []).reduce(0) { $0 + $1.value }
                // Value is sent in whole currency units; a USD has a hundred minor units.
                let microPerSent: Int64 = choice.programID == "prg_cash" ? 100_000_000 : 1_000_000
                #expect(ours == theirs * microPerSent, "\(card.cardID) with \(choice.programID): issued differs")
                guard
                    let balance = balances.first(where: {
                        $0.programID == account.programID && $0.accountKey == account.cardID
                    })
                else { continue }
                seen += 1
                if choice.programID != "prg_cash" { #expect(balance.points == theirs) }
            }
        }
        #expect(seen == balances.count, "the sandbox has issued to an account that is none of ours")
    }
}
