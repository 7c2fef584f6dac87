import Admission
import Cosmo
import Foundation
import Inbox
import Issuance
import MultibrandRPC
import PostgreSQL
import Preferences
import PrometheusText
import Spending
import Wallet

/// How much waits where: for `/metrics`, and for `multibrand status`.
///
/// **Cost** A few counts and sums over partial indexes, that hold only what waits; made when somebody asks.
struct ServiceGauges: Sendable {
    let pool: PostgresPool
    let inbox: Inbox
    let recordSpend: RecordSpend
    let linkChecker: LinkChecker
    let heldLinks: CountHeldLinks
    let sender: IssuanceSender
    let wallet: WalletContext
    let gates: [DoorGate]
    let cosmo: CosmoHealth
    let startedAt = PostgresTimestamp.now

    init(
        pool: PostgresPool, inbox: Inbox, recordSpend: RecordSpend, linkChecker: LinkChecker, heldLinks: CountHeldLinks,
        sender: IssuanceSender, wallet: WalletContext, gates: [DoorGate], cosmo: CosmoHealth
    ) {
        self.pool = pool
        self.inbox = inbox
        self.recordSpend = recordSpend
        self.linkChecker = linkChecker
        self.heldLinks = heldLinks
        self.sender = sender
        self.wallet = wallet
        self.gates = gates
        self.cosmo = cosmo
    }

    /// The gauges that can be read now; those of a database that does not answer are left out.
    func collect() async -> [GaugeSample] {
        let now = PostgresTimestamp.now
        var samples = ofProcess() + ofCosmo(at: now)
        for gate in gates { samples += Self.connections(gate) }
        let database = await ofDatabase(at: now)
        samples.append(GaugeSample("database_answers", value: database.answers ? 1 : 0))
        return samples + database.samples
    }

    private func ofProcess() -> [GaugeSample] {
        let statistics = pool.statistics
        var samples = [
            GaugeSample("build_info", labels: ["version": MultibrandService.version], value: 1),
            GaugeSample("start_time_seconds", value: startedAt.microsecondsSinceEpoch / 1_000_000),
            GaugeSample("spends_waiting", value: recordSpend.spendsWaiting),
            GaugeSample("issuances_sending", value: sender.callsInFlight),
            GaugeSample("database_connections", labels: ["state": "idle"], value: statistics.idle),
            GaugeSample("database_connections", labels: ["state": "leased"], value: statistics.leased),
            GaugeSample("database_waiting", value: statistics.waiting),
            GaugeSample("database_lines_waiting", value: pool.waitingInLines),
        ]
        if let bytes = Self.residentBytes { samples.append(GaugeSample("process_resident_memory_bytes", value: bytes)) }
        return samples
    }

    /// How much memory the process has in use; nil on systems without `/proc`.
    private static var residentBytes: Int? {
        guard let statm = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = statm.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    private func ofCosmo(at now: PostgresTimestamp) -> [GaugeSample] {
        let outage = cosmo.outage
        let since = outage.map { PostgresTimestamp(microsecondsSinceEpoch: $0.sinceMicros) }
        return [
            GaugeSample("cosmo_failing", value: outage == nil ? 0 : 1),
            GaugeSample("cosmo_outage_seconds", value: Self.age(since, at: now)),
        ]
    }

    private static func connections(_ gate: DoorGate) -> [GaugeSample] {
        let counts = gate.counts
        return [
            GaugeSample("connections", labels: ["door": gate.door], value: counts.open),
            GaugeSample("connections_max", labels: ["door": gate.door], value: counts.limit),
            GaugeSample("connections_not_accepted", labels: ["door": gate.door], value: counts.isPaused ? 1 : 0),
        ]
    }

    /// Whole seconds since a time; zero for none, and for one that another clock puts ahead of ours.
    static func age(_ since: PostgresTimestamp?, at now: PostgresTimestamp) -> Int64 {
        guard let since else { return 0 }
        return max(0, now.microsecondsSinceEpoch - since.microsecondsSinceEpoch) / 1_000_000
    }
}
