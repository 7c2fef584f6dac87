import ArgumentParser
import MultibrandAPI

/// A redemption's status as it is typed.
enum RedemptionStatusWord: String, ExpressibleByArgument, CaseIterable {
    case submitted
    case open
    case awaitingVendor = "awaiting-vendor"
    case awaitingCustomer = "awaiting-customer"
    case purchased
    case completed
    case canceled

    var status: Multibrand_V1_RedemptionStatus {
        switch self {
        case .submitted: .submitted
        case .open: .open
        case .awaitingVendor: .awaitingVendor
        case .awaitingCustomer: .awaitingCustomer
        case .purchased: .purchased
        case .completed: .completed
        case .canceled: .canceled
        }
    }
}
