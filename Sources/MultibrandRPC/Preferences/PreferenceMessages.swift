import Cards
import Cosmo
import MultibrandAPI
import PostgreSQL
import Preferences
import SwiftProtobuf

extension Multibrand_V1_Card {
    init(_ card: CardRecord, replayed: Bool = false) {
        self.init()
        cardID = card.cardID
        userID = card.userID
        currencyCode = card.currencyCode
        sourceUserID = card.sourceUserID
        preferenceVersion = card.preferenceVersion
        registeredAt = Google_Protobuf_Timestamp(card.registeredAt)
        self.replayed = replayed
        cardProgram = card.cardProgram
    }
}

extension Multibrand_V1_Preferences {
    init(_ snapshot: PreferencesSnapshot, replayed: Bool = false) {
        self.init()
        cardID = snapshot.cardID
        version = snapshot.version
        links = snapshot.links.map(Multibrand_V1_Link.init)
        effectiveAt = Google_Protobuf_Timestamp(snapshot.effectiveAt)
        self.replayed = replayed
    }

    init(_ answer: PreferencesAnswer) {
        self.init(answer.preferences, replayed: answer.isReplayed)
    }
}

extension Multibrand_V1_Link {
    init(_ link: PreferencesSnapshot.Link) {
        self.init()
        programID = link.programID
        destinationAccount = Multibrand_V1_DestinationAccount(link.account)
        parts = Int32(link.parts)
        guard let check = link.check else { return }
        validity =
            switch check.validity {
            case .valid: .valid
            case .invalid: .invalid
            case .unchecked: .unchecked
            }
        validityReason = check.reason ?? ""
        if let checkedAt = check.checkedAt { validityCheckedAt = Google_Protobuf_Timestamp(checkedAt) }
        held = check.isHeld
        heldReason = check.heldReason?.rawValue ?? ""
        if let until = check.waitsUntil, until.isFinite { issuingWaitsUntil = Google_Protobuf_Timestamp(until) }
    }
}

extension Multibrand_V1_DestinationAccount {
    init(_ account: CosmoAccount) {
        self.init()
        userID = account.userID ?? ""
        userEmail = account.email ?? ""
    }

    /// The account with only the fields that were given.
    var account: CosmoAccount {
        CosmoAccount(userID: userID.isEmpty ? nil : userID, email: userEmail.isEmpty ? nil : userEmail)
    }
}

extension Multibrand_V1_PreferenceChange {
    init(_ change: PreferenceChange) {
        self.init()
        preferences = Multibrand_V1_Preferences(change.preferences)
        cause = change.cause.kind.rawValue
        causeID = change.cause.id
        recordedAt = Google_Protobuf_Timestamp(change.recordedAt)
    }
}
