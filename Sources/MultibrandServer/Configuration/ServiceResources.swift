import Cosmo
import Foundation

/// What the machine has.
enum ServiceResources {
    static var coreCount: Int { ProcessInfo.processInfo.activeProcessorCount }
}
