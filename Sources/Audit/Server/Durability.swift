/// What a crash or a failover of the database's server can lose of what was acknowledged (I-11), and what to do about
/// it.
package struct Durability: Sendable, Hashable {
    /// How bad it is.
    package enum Grade: Sendable, Hashable {
        /// An acknowledged commit outlives the crash of the server, and of a standby that takes over where there is
        /// one.
        case kept
        /// It outlives the crash of the server, not a failover or not a damaged page.
        case atRisk
        /// It does not outlive the crash of the server.
        case lost
    }

    /// How bad it is.
    package let grade: Grade
    /// What was found, for people.
    package let words: String
    /// What to do; empty when there is nothing to do.
    package let remedy: String

    private init(_ grade: Grade, _ words: String, remedy: String = "") {
        self.grade = grade
        self.words = words
        self.remedy = remedy
    }

    /// Judges a server by its settings and by the standbys that are connected.
    package init(_ facts: DatabaseFacts) {
        if !facts.isFsyncOn {
            self.init(
                .lost, "fsync is off: a crash loses or damages what was acknowledged",
                remedy: "set fsync = on in postgresql.conf and restart the server")
        } else if facts.synchronousCommit == "off" {
            self.init(
                .lost, "synchronous_commit is off: a crash loses the last acknowledged commits",
                remedy: "set synchronous_commit = on for this database or role")
        } else if !facts.isFullPageWritesOn {
            self.init(
                .atRisk, "full_page_writes is off: a crash can leave pages that cannot be repaired",
                remedy: "set full_page_writes = on, unless the file system writes whole pages or none")
        } else {
            self.init(replicationOf: facts)
        }
    }

    private init(replicationOf facts: DatabaseFacts) {
        let kept = "fsync is on, synchronous_commit is \(facts.synchronousCommit)"
        let connected = facts.standbyCount == 1 ? "1 standby is" : "\(facts.standbyCount) standbys are"
        if facts.synchronousStandbyNames.isEmpty {
            guard facts.standbyCount > 0 else {
                self.init(.kept, "\(kept); no standby is connected, so there is no failover to lose anything in")
                return
            }
            self.init(
                .atRisk,
                "replication is asynchronous (\(connected) connected): a failover loses the spends that were "
                    + "acknowledged "
                    + "last, and Cosmo keeps issuances that the new primary does not know",
                remedy: "set synchronous_standby_names, or be ready to do after every failover what docs/operations.md "
                    + "says under \"A failover or a restore that lost something\"")
        } else if facts.synchronousCommit == "local" {
            self.init(
                .atRisk,
                "synchronous_commit is local: no commit waits for the standbys that synchronous_standby_names asks for",
                remedy: "set synchronous_commit = on for this database or role")
        } else if facts.standbyCount == 0 {
            self.init(
                .atRisk, "no standby is connected, and synchronous_standby_names asks for one: every commit waits",
                remedy: "bring the standby back, or clear synchronous_standby_names and know what a failover then loses"
            )
        } else {
            self.init(.kept, "\(kept), commits wait for \(facts.synchronousStandbyNames) (\(connected) connected)")
        }
    }
}
