import MultibrandAPI
import SwiftProtobuf

extension [Multibrand_V1_Position] {
    /// Each row adds up: earned - clawed back + written off = issued + in flight + unknown + pending - debt (I-2).
    var table: String {
        var table = TextTable([
            .text("card"), .text("program"), .text("unit"), .number("earned"), .number("clawed back"),
            .number("issued"),
            .number("in flight"), .number("unknown"), .number("pending"), .number("debt"), .number("written off"),
            .text("blocked by"),
        ])
        for position in self {
            table.add([
                position.cardID, position.programID, position.unit == .value ? "minor units" : "points",
                Quantity.micro(position.earnedMicro), Quantity.micro(position.clawedBackMicro),
                Quantity.micro(position.issuedMicro),
                Quantity.micro(position.inFlightMicro), Quantity.micro(position.unknownMicro),
                Quantity.micro(position.pendingMicro),
                Quantity.micro(position.debtMicro), Quantity.micro(position.writtenOffMicro), position.blockedReason,
            ])
        }
        return table.rendered()
    }
}

extension Multibrand_V1_Position {
    /// What refunds took back out of the wallet; nothing for a program that Cosmo issues.
    var takenBackLines: String {
        takenBack.map { row in
            "\nTaken back \(Moment.text(row.recordedAt)): \(Quantity.micro(row.micro)) points, row "
                + "\(row.walletTransactionID) of the wallet's ledger."
        }.joined()
    }
}
