import Admission
import Cosmo
import Inbox
import Issuance
import MultibrandRPC
import PostgreSQL
import Preferences
import PrometheusText
import Rewards
import Spending
import Wallet

/// How much waits where: for `/metrics`, and for `admin overview`.
///
/// **Cost** A few counts over partial indexes, that hold only what waits; made when somebody asks.
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
    private let startedAt = PostgresTimestamp.now

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
        let statistics = pool.statistics
        var samples = [
            GaugeSample("spends_waiting", value: recordSpend.spendsWaiting, help: "Spends queued for the next batch."),
            GaugeSample("issuances_sending", value: sender.callsInFlight, help: "Issuances being sent to Cosmo."),
            GaugeSample(
                "database_connections", labels: ["state": "idle"], value: statistics.idle,
                help: "Connections of the pool."),
            GaugeSample("database_connections", labels: ["state": "leased"], value: statistics.leased),
            GaugeSample("database_waiting", value: statistics.waiting, help: "Tasks that wait for a connection."),
            GaugeSample(
                "database_lines_waiting", value: pool.waitingInLines,
                help: "Calls that wait for a row that another call holds; they keep no connection."),
        ]
        for gate in gates { samples += Self.connections(gate) }
        samples.append(
            GaugeSample(
                "cosmo_failing", value: cosmo.outage == nil ? 0 : 1,
                help: "1 while calls of this process to Cosmo fail; the overview has the reason."))
        if let counts = try? await inbox.counts() {
            let help = "Webhook deliveries that wait, by status."
            samples.append(GaugeSample("inbox", labels: ["status": "received"], value: counts.received, help: help))
            samples.append(GaugeSample("inbox", labels: ["status": "held"], value: counts.held))
            samples.append(GaugeSample("inbox", labels: ["status": "parked"], value: counts.parked))
        }
        if let counts = try? await IssuanceReads(pool: pool).counts() {
            for status in IssuanceStatus.allCases where status != .confirmed && status != .withdrawn {
                samples.append(
                    GaugeSample(
                        "issuances", labels: ["status": status.rawValue], value: counts.byStatus[status] ?? 0,
                        help: "Issuances that are not settled, by status; parked ones until their cause is removed."))
            }
            samples.append(
                GaugeSample("issuances", labels: ["status": "contradicted"], value: counts.contradicted))
            samples.append(
                GaugeSample(
                    "issuances_waiting", value: counts.waitingForPerson, help: "Issuances that wait for a person."))
            samples.append(
                GaugeSample(
                    "positions_to_plan", value: counts.positionsToPlan,
                    help: "Positions the planner has yet to look at."))
            samples.append(
                GaugeSample(
                    "positions_blocked", value: counts.positionsBlocked,
                    help: "Positions that wait for an operator or a link."))
        }
        if let counts = try? await OpenRefunds(pool: pool).counts() {
            let help = "Refunds that wait for their spend, or for an operator."
            samples.append(GaugeSample("refunds", labels: ["status": "waiting"], value: counts.waiting, help: help))
            samples.append(GaugeSample("refunds", labels: ["status": "held"], value: counts.held))
            samples.append(
                GaugeSample(
                    "refunds_uncleared", value: counts.uncleared,
                    help: "Held refunds that are taken when the authorisation they name clears."))
        }
        do {
            samples += Self.recovery(try await IssuanceReads(pool: pool).openRecovery())
        } catch {
            // A database that does not answer has no gauges; the others say so.
        }
        samples += await held()
        samples += await balances()
        if let waiting = try? await WalletDeliveries(wallet).waitingCount() {
            samples.append(
                GaugeSample(
                    "wallet_deliveries_waiting", value: Int(clamping: waiting),
                    help: "Webhooks of the wallet that are not delivered and not given up."))
        }
        for (reason, count) in ((try? await heldLinks()) ?? [:]).sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            samples.append(
                GaugeSample(
                    "links_held", labels: ["reason": reason.rawValue], value: count,
                    help:
                        "Links that wait for a decision; nothing is issued for them until preferences.heldWait is over."
                ))
        }
        if let waiting = try? await linkChecker.waitingCount() {
            samples.append(
                GaugeSample("links_to_check", value: waiting, help: "Links whose account is yet to be checked."))
        }
        return samples
    }

    private static func connections(_ gate: DoorGate) -> [GaugeSample] {
        let counts = gate.counts
        return [
            GaugeSample(
                "connections", labels: ["door": gate.door], value: counts.open, help: "Connections open, by door."),
            GaugeSample(
                "connections_max", labels: ["door": gate.door], value: counts.limit,
                help: "Connections a door may have: as configured, or what the process's open files allow."),
            GaugeSample(
                "connections_not_accepted", labels: ["door": gate.door], value: counts.isPaused ? 1 : 0,
                help: "1 while a full door lets new connections wait."),
        ]
    }

    private static func recovery(_ recovery: Recovery?) -> [GaugeSample] {
        [
            GaugeSample(
                "issuing_fenced", value: recovery == nil ? 0 : 1,
                help: "1 while nothing is sent to Cosmo because a recovery is open."),
            GaugeSample(
                "recovery_findings_open", value: recovery?.openCount ?? 0,
                help: "Transactions of Cosmo that the open recovery has not explained."),
        ]
    }

    /// What is held of spends until a link decides it, by currency, with the age of the oldest.
    private func held() async -> [GaugeSample] {
        let now = PostgresTimestamp.now
        return ((try? await HeldMoney(pool: pool).totals()) ?? []).flatMap { total in
            let labels = ["currency": total.currencyCode]
            let age = max(0, now.microsecondsSinceEpoch - total.oldestSince.microsecondsSinceEpoch) / 1_000_000
            return [
                GaugeSample(
                    "held_minor", labels: labels, value: total.heldMinor,
                    help: "What is held of spends until a link decides it, in minor units, by currency."),
                GaugeSample(
                    "held_spends", labels: labels, value: total.spends, help: "Spends that hold money, by currency."),
                GaugeSample(
                    "held_oldest_seconds", labels: labels, value: age,
                    help: "How long the oldest of these spends has held money, by currency."),
            ]
        }
    }

    /// What is owed and what is unknown, by program: the two balances an operator works down.
    private func balances() async -> [GaugeSample] {
        let reads = IssuanceReads(pool: pool)
        var samples: [GaugeSample] = []
        for total in (try? await reads.debtTotals()) ?? [] {
            samples.append(
                GaugeSample(
                    "debt_micro", labels: ["program_id": total.programID, "unit": total.unit.rawValue],
                    value: total.debtMicro, help: "Debts of cards, in millionths of the unit, by program."))
        }
        for balance in (try? await reads.unknownBalances()) ?? [] {
            samples.append(
                GaugeSample(
                    "unknown_micro", labels: ["program_id": balance.programID, "unit": balance.unit.rawValue],
                    value: balance.unknownMicro,
                    help: "What may or may not have been issued, in millionths of the unit, by program."))
        }
        return samples
    }

    /// The same, for operators.
    func overview() async throws -> ServiceOverview {
        ServiceOverview(
            version: MultibrandService.version, migrationVersion: try await Migrator.version(of: pool),
            startedAt: startedAt, deliveries: try await inbox.counts(),
            issuances: try await IssuanceReads(pool: pool).counts(includingSettled: true),
            legsParked: try await ParkedLegs(pool: pool).count(), refunds: try await OpenRefunds(pool: pool).counts(),
            held: try await HeldMoney(pool: pool).totals(), linksToCheck: try await linkChecker.waitingCount(),
            linksHeld: try await heldLinks().values.reduce(0, +), cosmoOutage: cosmo.outage,
            recovery: try await IssuanceReads(pool: pool).openRecovery())
    }
}
