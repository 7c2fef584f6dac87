import Cosmo
import Foundation
import PostgreSQL
import Rewards

/// A fact in which Cosmo's word and our issuance differ.
package enum FactDifference: String, Sendable, Hashable, CaseIterable {
    /// Another reference number than ours.
    case referenceNumber = "REFERENCE_DIFFERS"
    /// Another transaction id than the one given before: Cosmo may have issued twice.
    case transactionID = "TRANSACTION_ID_DIFFERS"
    /// An id that belongs to another issuance of ours.
    case transactionIDTaken = "TRANSACTION_ID_TAKEN"
    /// Another program.
    case program = "PROGRAM_DIFFERS"
    /// Another value.
    case value = "VALUE_DIFFERS"
    /// Another currency.
    case currency = "CURRENCY_DIFFERS"
    /// Another member's account.
    case account = "ACCOUNT_DIFFERS"
}
