import Foundation
import MultibrandAPI
import Rewards
import SwiftProtobuf

/// Why a line of a purchases file cannot be recorded.
struct PurchaseProblem: Error {
    let reason: String
    let message: String
}
