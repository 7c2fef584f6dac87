import Access
import Explanation
import Foundation
import Inbox
import Issuance
import Logging
import Metrics
import MultibrandAPI
import Preferences
import Programs
import RPC
import Spending
import SwiftProtobuf

/// What reflection answers from.
enum MultibrandDescriptors {
    static let bytes: [UInt8] = Data(base64Encoded: multibrandDescriptorSetBase64).map(Array.init) ?? []
}
