import Cosmo
import CosmoSandbox
import Foundation
import PostgreSQL

/// What Cosmo lists of an interval, which is not all that its books have, and more than what we issued.
extension BookedCosmo {
    static let microsPerDay: Int64 = 86_400_000_000

    /// The transactions of whole seconds, both ends included, as Cosmo's listing has it.
    func listed(fromSeconds: Int64, toSeconds: Int64) -> [CosmoTransaction] {
        let times = bookedMicros
        func isInside(_ micros: Int64?) -> Bool {
            micros.map { (fromSeconds...toSeconds).contains($0 / 1_000_000) } ?? false
        }
        let ours = transactions.filter {
            (listsAll || !isLeftOut($0.referenceNumber)) && isInside(times[$0.referenceNumber])
        }
        let days = fromSeconds * 1_000_000 / Self.microsPerDay...toSeconds * 1_000_000 / Self.microsPerDay
        let others = days.flatMap { foreign(onDay: $0) }.filter { isInside($0.atMicros) }
        return ours.map { listing(Self.told($0), bookedMicros: times[$0.referenceNumber]) } + others.map(\.transaction)
    }

    /// The listing tells neither account nor currency (contract section 5.4).
    private func listing(_ transaction: CosmoTransaction, bookedMicros: Int64?) -> CosmoTransaction {
        var transaction = transaction
        transaction.createdAt = bookedMicros.map { "\(PostgresTimestamp(microsecondsSinceEpoch: $0))" }
        transaction.account = nil
        transaction.currency = nil
        return transaction
    }

    /// Whether the listing lacks a transaction that a read by name finds.
    func isLeftOut(_ reference: String) -> Bool { Self.hash(reference, seed) % 11 == 0 }

    /// Transactions of others that Cosmo lists among ours: nobody here knows them.
    func foreign(onDay day: Int64) -> [(atMicros: Int64, transaction: CosmoTransaction)] {
        let count = Int64(Self.hash("day", seed &+ UInt64(day)) % 3)
        return (0..<count).map { place in
            let micros = day * Self.microsPerDay + (place * 11 + 3) * 3_600_000_000
            let transaction = CosmoTransaction(
                id: "foreign-\(day)-\(place)", referenceNumber: place == 0 ? nil : "another-\(day)-\(place)",
                value: 5, currency: "POINTS", totalPoints: 5, programID: Catalogue.flat)
            return (micros, transaction)
        }
    }
}
