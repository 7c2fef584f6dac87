import ArgumentParser
import MultibrandAPI

/// A hold's status as it is typed.
enum HoldStatusWord: String, ExpressibleByArgument, CaseIterable {
    case held
    case captured
    case released
    case expired

    var status: Multibrand_V1_HoldStatus {
        switch self {
        case .held: .held
        case .captured: .captured
        case .released: .released
        case .expired: .expired
        }
    }
}
