package import Admission
import HTTPDoor
import Issuance
import Logging
import PostgreSQL
import RPC
import Wallet
import WalletHTTP

/// How many connections each door may have, from the descriptors that the process has, and who counts them.
struct DoorConnections: Sendable {
    let shares: ConnectionShares
    let rpc: DoorGate
    let http: DoorGate
    let wallet: DoorGate

    /// **Errors** ``ConnectionShares/TooFew``.
    init(_ configuration: ServiceConfiguration, descriptors: Int, logger: Logger) throws {
        let shares = try configuration.connectionShares(descriptors: descriptors)
        self.shares = shares
        func gate(_ door: String, _ setting: Setting<Int>, endsSilentRequests: Bool) -> DoorGate {
            let share = shares.shares.first { $0.door == door }
            let isShort = share.map { $0.limit < $0.wanted } ?? false
            return DoorGate(
                door: door, limit: share?.limit ?? 1,
                remedy: isShort ? ServiceConfiguration.descriptorRemedy : "raise \(setting.key), or add instances",
                endsSilentRequests: endsSilentRequests, logger: logger)
        }
        rpc = gate("rpc", Settings.RPC.connectionsMax, endsSilentRequests: false)
        http = gate("http", Settings.HTTP.connectionsMax, endsSilentRequests: true)
        wallet = gate("wallet", Settings.Wallet.connectionsMax, endsSilentRequests: true)
    }

    /// The gates of the doors that are open.
    var gates: [DoorGate] { [rpc, http, wallet].filter { shares.limit(of: $0.door) > 0 } }

    /// Says at start what the doors may have.
    func tell(_ logger: Logger) {
        var metadata: Logger.Metadata = ["descriptors": "\(shares.descriptors)", "reserve": "\(shares.reserve)"]
        for share in shares.shares { metadata[share.door] = "\(share.limit)" }
        guard shares.isShort else {
            return logger.info("connection limits of the doors", metadata: metadata)
        }
        metadata["wanted"] = "\(shares.descriptorsWanted)"
        metadata["remedy"] = "\(ServiceConfiguration.descriptorRemedy)"
        logger.warning("the connection limits of the doors are lower than configured", metadata: metadata)
    }
}

extension ServiceConfiguration {
    /// What an operator does about a low limit of open files.
    package static let descriptorRemedy =
        "raise the limit of open files (LimitNOFILE= of systemd, --ulimit nofile= of Docker, ulimit -n)"

    /// Shares the descriptors that the process has among the doors that are open.
    ///
    /// **Errors** ``ConnectionShares/TooFew``.
    package func connectionShares(descriptors: Int) throws -> ConnectionShares {
        var wanted = [(door: "rpc", connectionsMax: rpc.connectionsMax), ("http", http.connectionsMax)]
        if wallet.isEnabled { wanted.append(("wallet", wallet.door.listening.connectionsMax)) }
        return try ConnectionShares(descriptors: descriptors, reserve: descriptorReserve, wanted: wanted)
    }

    /// What is not for the doors' connections, counted generously: it must never run out.
    private var descriptorReserve: Int {
        // Standard streams, the listening sockets, libdispatch's own and its files of /proc, files of the log and the
        // plugins.
        let process = 48
        // Each loop has an epoll, an event and a timer descriptor; loops of the gRPC door, and SwiftNIO's own for all
        // else.
        let loops = 3 * (rpc.eventLoopThreadCount + ServiceResources.coreCount)
        // A socket, a wake-up and, now and then, a socket to cancel with; beside the pool those that listen or migrate.
        let database = 3 * (database.poolSizeMax + 4)
        let outgoing =
            issuance.concurrentSendsMax + 8 + (wallet.isEnabled ? wallet.deliveries.concurrentAttemptsMax : 0)
        return process + loops + database + outgoing + descriptorsTakenElsewhere
    }
}
