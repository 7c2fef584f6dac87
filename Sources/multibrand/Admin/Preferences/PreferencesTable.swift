import MultibrandAPI
import SwiftProtobuf

extension Multibrand_V1_Preferences {
    var table: String {
        let shares = SharePercent.texts(links.map { Int($0.parts) })
        var table = TextTable([
            .text("program"), .number("parts"), .number("share %"), .text("account"), .text("checked"), .text("note"),
        ])
        for (link, share) in zip(links, shares) {
            let account = [link.destinationAccount.userID, link.destinationAccount.userEmail].filter { !$0.isEmpty }
            table.add([
                link.programID, "\(link.parts)", share, account.joined(separator: " "),
                link.validity.words,
                link.held ? "\(link.heldWords): admin inbox list --status held" : link.validityReason,
            ])
        }
        return "\(cardID), version \(version), in force since \(Moment.text(effectiveAt))\n"
            + table.rendered(whenEmpty: "Nothing is linked.")
    }
}

extension Multibrand_V1_Link {
    /// Why it is held.
    fileprivate var heldWords: String {
        heldReason == "MAY_BE_A_RETRY" ? "may be a retry, issuing waits" : "newer events disagree, issuing waits"
    }
}

extension Multibrand_V1_LinkValidity {
    var words: String {
        switch self {
        case .valid: "valid"
        case .invalid: "invalid"
        case .unchecked: "not yet"
        case .unspecified, .UNRECOGNIZED: ""
        }
    }
}
