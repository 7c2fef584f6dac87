import CosmoSandbox
import MultibrandAPI
import SwiftProtobuf

/// The result of the demo, per card and program.
struct DemoBooks {
    struct Row {
        let card: DemoCards.DemoCard
        let choice: DemoCards.Choice
        var spentMinor: Int64 = 0
        var purchases = 0
        var position = Multibrand_V1_Position()
        var issuances = 0
        var confirmed = 0
        var points: Int64 = 0
    }

    private var rows: [Row] = []
    private var excluded: [(card: DemoCards.DemoCard, minor: Int64)] = []

    /// Asks the service for everything, over gRPC like anybody else.
    static func read(_ connection: AdminConnection) async throws -> DemoBooks {
        var books = DemoBooks()
        for card in DemoCards.all {
            var rows = card.choices.map { Row(card: card, choice: $0) }
            var excluded: Int64 = 0
            for spend in try await spends(of: card.cardID, connection) {
                excluded += spend.decision.excludedMinor
                for leg in spend.decision.legs {
                    guard let index = rows.firstIndex(where: { $0.choice.programID == leg.programID }) else { continue }
                    rows[index].spentMinor += leg.amount.minorUnits
                    rows[index].purchases += leg.amount.minorUnits > 0 ? 1 : 0
                }
            }
            for index in rows.indices { try await rows[index].readIssuance(connection) }
            books.rows += rows
            if excluded > 0 { books.excluded.append((card, excluded)) }
        }
        return books
    }

    private static func spends(of cardID: String, _ connection: AdminConnection) async throws
        -> [Multibrand_V1_RecordedSpend]
    {
        try await ListingOptions(limit: .max).gather { size, token in
            let page: Multibrand_V1_ListSpendsResponse = try await connection.call(
                "SpendService/ListSpends",
                Multibrand_V1_ListSpendsRequest.with {
                    $0.cardID = cardID
                    $0.pageSize = size
                    $0.pageToken = token
                })
            return (page.spends, page.nextPageToken)
        }
    }

    var table: String {
        var table = TextTable([
            .text("card"), .text("program"), .number("share"), .number("spent"), .text("in"), .number("purchases"),
            .number("earned"), .text("unit"), .number("issued"), .number("pending"), .number("issuances"),
            .number("confirmed"),
        ])
        for row in rows {
            let choices = row.card.choices
            let shares = SharePercent.texts(choices.map { Int($0.parts) })
            let index = choices.firstIndex { $0.programID == row.choice.programID }
            table.add([
                row.card.cardID, row.choice.programID, (index.map { shares[$0] } ?? "-") + " %",
                Quantity.money(row.spentMinor, row.card.currency), row.card.currency, "\(row.purchases)",
                Quantity.micro(row.position.earnedMicro), row.position.unit == .value ? "minor units" : "points",
                Quantity.micro(row.position.issuedMicro), Quantity.micro(row.position.pendingMicro),
                "\(row.issuances)",
                "\(row.confirmed)",
            ])
        }
        for (card, minor) in excluded {
            table.add([
                card.cardID, "excluded", "", Quantity.money(minor, card.currency), card.currency, "", "", "", "", "",
                "", "",
            ])
        }
        return table.rendered()
    }

    /// What the columns of the table mean.
    static let legend = """
        share is what the cardholder chose; spent is the part of the card's purchases that the program accepted.
        They differ where a program refuses a purchase or what is above its cap: the others are offered it, and what
        all refuse is excluded. Rounding adds less than one minor unit.
        earned, issued and pending are in the column unit; pending is below the program's minimum, or less than one
        whole point or unit of value.
        """

    /// Holds our numbers against each other, and against what the sandbox says it issued.
    ///
    /// **Errors** ``CommandFailure`` with `violations`, naming the first difference.
    func check(against balances: [SandboxBalance]) throws {
        for row in rows {
            let position = row.position
            let name = "\(row.card.cardID) with \(row.choice.programID)"
            let parts =
                position.issuedMicro + position.inFlightMicro + position.unknownMicro + position.pendingMicro
                - position.debtMicro
            guard position.earnedMicro - position.clawedBackMicro == parts else {
                throw CommandFailure(.violations, "the position of \(name) does not add up")
            }
            guard row.issuances == row.confirmed else {
                throw CommandFailure(
                    .violations, "\(row.issuances - row.confirmed) issuances of \(name) are not confirmed")
            }
        }
        let issuances = rows.reduce(0) { $0 + $1.issuances }
        let transactions = balances.reduce(0) { $0 + $1.transactions }
        let ours = rows.reduce(0) { $0 + $1.points }
        let theirs = balances.reduce(0) { $0 + $1.points }
        guard issuances == transactions, ours == theirs else {
            throw CommandFailure(
                .violations,
                "our books have \(issuances) issuances of \(ours) points, the sandbox \(transactions) of \(theirs)")
        }
        let value = rows.filter { $0.position.unit == .value }.reduce(0) { $0 + $1.points }
        print(
            "Our books and the sandbox's agree: \(issuances) issuances, every one confirmed by webhook, "
                + "of \(ours - value) points and \(value) minor units of value.")
    }
}

extension DemoBooks.Row {
    fileprivate mutating func readIssuance(_ connection: AdminConnection) async throws {
        do {
            position = try await connection.call(
                "IssuanceService/GetPosition",
                Multibrand_V1_GetPositionRequest.with {
                    $0.cardID = card.cardID
                    $0.programID = choice.programID
                })
        } catch {
            // Nothing earned yet is a row of zeros; anything else ends the demo.
            guard CommandFailure(error)?.status == .notFound else { throw error }
        }
        let all = try await ListingOptions(limit: .max).gather { size, token in
            let page: Multibrand_V1_ListIssuancesResponse = try await connection.call(
                "IssuanceService/ListIssuances",
                Multibrand_V1_ListIssuancesRequest.with {
                    $0.cardID = card.cardID
                    $0.programID = choice.programID
                    $0.pageSize = size
                    $0.pageToken = token
                })
            return (page.issuances, page.nextPageToken)
        }
        issuances = all.count
        confirmed = all.count { $0.status == .confirmed && $0.settledBy == "webhook" }
        points = all.reduce(0) { $0 + (Int64($1.totalPoints) ?? 0) }
    }
}
