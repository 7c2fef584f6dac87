/// Who writes a table, and who else reads it.
struct TableOwner {
    let table: String
    /// The one module that inserts, updates, deletes and locks.
    let owner: String
    /// The modules beside it that read.
    let readers: Set<String>

    init(_ table: String, of owner: String, readBy readers: String...) {
        self.table = table
        self.owner = owner
        self.readers = Set(readers)
    }
}

/// The tables and their owners, held against the SQL of the sources and against `migrations/`.
enum TableMap {
    static let owners: [TableOwner] = [
        TableOwner("cards", of: "Cards", readBy: "Audit", "Preferences", "Spending"),
        TableOwner("preference_versions", of: "Cards", readBy: "Audit", "Preferences", "Spending"),

        TableOwner("connection_decisions", of: "Preferences", readBy: "Audit"),
        TableOwner("connection_deliveries", of: "Preferences", readBy: "Audit"),
        TableOwner("connection_events", of: "Preferences", readBy: "Audit"),
        TableOwner("links", of: "Preferences", readBy: "Audit", "Issuance"),
        TableOwner("preference_allocations", of: "Preferences", readBy: "Audit"),
        TableOwner("preference_requests", of: "Preferences", readBy: "Audit"),

        TableOwner("inbox", of: "Inbox", readBy: "Audit"),
        TableOwner("inbox_answers", of: "Inbox", readBy: "Audit"),

        TableOwner("authorizations", of: "Spending", readBy: "Audit"),
        TableOwner("clawbacks", of: "Spending", readBy: "Audit", "Issuance"),
        TableOwner("held_spends", of: "Spending", readBy: "Audit"),
        TableOwner("legs", of: "Spending", readBy: "Audit"),
        TableOwner("period_totals", of: "Spending", readBy: "Audit"),
        TableOwner("refund_movements", of: "Spending", readBy: "Audit", "Issuance"),
        TableOwner("refunds", of: "Spending", readBy: "Audit"),
        TableOwner("releases", of: "Spending", readBy: "Audit"),
        TableOwner("running_totals", of: "Spending", readBy: "Audit"),
        TableOwner("spends", of: "Spending", readBy: "Audit"),

        TableOwner("cosmo_calls", of: "Issuance"),
        TableOwner("debt_write_off_reversals", of: "Issuance", readBy: "Audit"),
        TableOwner("debt_write_offs", of: "Issuance", readBy: "Audit"),
        TableOwner("issuance_reversals", of: "Issuance", readBy: "Audit"),
        TableOwner("issuances", of: "Issuance", readBy: "Audit"),
        TableOwner("positions", of: "Issuance", readBy: "Audit", "Spending"),
        TableOwner("reconciliation_findings", of: "Issuance"),
        TableOwner("reconciliations", of: "Issuance"),
        TableOwner("recoveries", of: "Issuance", readBy: "Audit"),
        TableOwner("recovery_findings", of: "Issuance", readBy: "Audit"),
        TableOwner("server_identity", of: "Issuance"),

        TableOwner("wallet_deliveries", of: "Wallet"),
        TableOwner("wallet_holds", of: "Wallet", readBy: "Audit"),
        TableOwner("wallet_idempotency", of: "Wallet"),
        TableOwner("wallet_members", of: "Wallet", readBy: "Audit"),
        TableOwner("wallet_offers", of: "Wallet", readBy: "Audit"),
        TableOwner("wallet_org_keys", of: "Wallet"),
        TableOwner("wallet_outbox", of: "Wallet"),
        TableOwner("wallet_pool_entries", of: "Wallet", readBy: "Audit"),
        TableOwner("wallet_pools", of: "Wallet", readBy: "Audit"),
        TableOwner("wallet_redemptions", of: "Wallet", readBy: "Audit"),
        TableOwner("wallet_transactions", of: "Wallet", readBy: "Audit"),
        TableOwner("wallet_webhooks", of: "Wallet"),

        TableOwner("program_configurations", of: "Programs", readBy: "Audit"),
        TableOwner("programs", of: "Programs", readBy: "Audit"),

        TableOwner("api_clients", of: "Access"),

        TableOwner("operator_actions", of: "OperatorRecord", readBy: "Access"),
    ]

    /// The tables that the migrations leave behind.
    static func tables(in migrations: [String]) -> Set<String> {
        var tables: Set<String> = []
        for line in migrations.flatMap({ $0.lowercased().split(separator: "\n") }) where !line.hasPrefix("--") {
            let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
                .filter { !["if", "not", "exists", "unlogged"].contains($0) }
            if words.starts(with: ["create", "table"]), words.count > 2 { tables.insert(words[2]) }
            if words.starts(with: ["drop", "table"]), words.count > 2 { tables.remove(words[2]) }
            if words.starts(with: ["alter", "table"]), words.count > 5, words[3...4] == ["rename", "to"] {
                tables.remove(words[2])
                tables.insert(words[5])
            }
        }
        return tables
    }

    /// What breaks the map: an access that it does not allow, a table that it does not know, and an entry of it that no
    /// file uses.
    static func violations(
        of owners: [TableOwner], in files: [SourceFile], tables: Set<String>
    ) throws -> [String] {
        var violations: [String] = []
        let known = Dictionary(grouping: owners, by: \.table)
        for table in tables where known[table] == nil { violations.append("\(table): has no owner") }
        for (table, entries) in known {
            if !tables.contains(table) { violations.append("\(table): is no table") }
            if entries.count > 1 { violations.append("\(table): is listed twice") }
        }
        let reader = try TableAccessReader(tables: tables)
        var written: Set<String> = []
        var read: Set<String> = []
        for file in files where Rules.mayHoldSQL(file) {
            for access in reader.accesses(in: file) {
                let entry = known[access.table]?.first
                let place = "\(file.path):\(access.line): \(file.module)"
                switch access.kind {
                case .write:
                    written.insert("\(access.table) \(file.module)")
                    if entry?.owner != file.module { violations.append("\(place) writes \(access.table)") }
                case .read:
                    read.insert("\(access.table) \(file.module)")
                    if entry?.owner != file.module, entry?.readers.contains(file.module) != true {
                        violations.append("\(place) reads \(access.table)")
                    }
                }
            }
        }
        for entry in owners {
            if !written.contains("\(entry.table) \(entry.owner)") {
                violations.append("\(entry.table): \(entry.owner) does not write it")
            }
            for reader in entry.readers where !read.contains("\(entry.table) \(reader)") {
                violations.append("\(entry.table): \(reader) does not read it")
            }
        }
        return violations.sorted()
    }
}
