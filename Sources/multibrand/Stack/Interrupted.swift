import CosmoSandbox
import Cryptography
import Foundation
import Logging
import Metrics
import MultibrandServer
import PostgreSQLCluster
import PrometheusText
import ServiceLifecycle
import UnixSignals

/// A signal asked the process to end before the work was done.
struct Interrupted: Error, CustomStringConvertible {
    var description: String { "interrupted" }
}
