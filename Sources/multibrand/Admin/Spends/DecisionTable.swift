import MultibrandAPI
import SwiftProtobuf

extension Multibrand_V1_Decision {
    /// Where each minor unit went, and what it earned.
    func table(currency: String) -> String {
        var table = TextTable([
            .text("to"), .number("share"), .number("amount"), .number("earned"), .text("unit"), .text("status"),
            .text("reason"),
        ])
        for leg in legs {
            table.add([
                leg.ownProgram ? "\(leg.programID) (own program)" : leg.programID,
                Quantity.money(leg.shareMinor, currency),
                Quantity.money(leg.amount.minorUnits, currency),
                Quantity.micro(leg.microPoints), leg.unit == .value ? "minor units" : "points",
                leg.status == .parked ? "parked" : "earned", leg.reason,
            ])
        }
        if excludedMinor > 0 {
            table.add(["excluded", "", Quantity.money(excludedMinor, currency), "", "", "", excludedReason])
        }
        if heldMinor > 0 {
            table.add(["held", "", Quantity.money(heldMinor, currency), "", "", "", "until a link decides it"])
        }
        return table.rendered()
    }
}
