/// Where the database is and how patient the client is with it.
package struct PostgresConfiguration: Sendable {
    /// A libpq connection string: a `postgresql://` URI or `key=value` pairs.
    ///
    /// Everything libpq understands passes through, several hosts and `target_session_attrs` included; what the string
    /// says wins over the defaults this client adds (`connect_timeout`, `tcp_user_timeout`, `application_name`).
    package var connectionString: String
    /// The most connections, each with one thread, that the pool keeps open at once.
    package var poolSizeMax: Int
    /// How long libpq tries one host before it goes on to the next; libpq counts whole seconds and at least two.
    package var connectTimeout: Duration
    /// How long a statement or a pipeline may take before it is cancelled on the server.
    package var statementTimeout: Duration
    /// How long a statement on a connection of the pool waits for a lock that another transaction holds; `nil` for as
    /// long as the statement may take. Dedicated connections always wait that long.
    ///
    /// By default more than the second after which PostgreSQL looks for deadlocks, so that a deadlock is reported as
    /// one.
    package var lockTimeout: Duration?
    /// How long a transaction may stay open without a statement before the server ends its session, and so gives its
    /// locks back: the process may be frozen.
    ///
    /// Less than ``PostgresPool/linePatience``, so that those who wait for the locks still get them.
    package var idleTransactionTimeout: Duration
    /// How long a caller waits for a connection.
    package var leaseTimeout: Duration
    /// How long a caller waits for a connection while none is open and the server refuses or does not answer attempts
    /// to connect: less than the caller's own caller is patient, and longer than a restart takes.
    package var outagePatience: Duration
    /// How long a call looks for the outcome of a commit whose answer was lost.
    package var commitResolutionTime: Duration
    /// How long a connection beyond the first may stay idle before it is closed.
    package var idleTimeout: Duration
    /// The name the server shows in `pg_stat_activity`.
    package var applicationName: String
    /// The pause after the first failed attempt to connect; it doubles with each further failure.
    package var reconnectBackoffMin: Duration
    /// The longest pause between two attempts to connect.
    package var reconnectBackoffMax: Duration

    /// Creates a configuration; every setting but the connection string has a default fit for production.
    package init(
        connectionString: String,
        poolSizeMax: Int = 8,
        connectTimeout: Duration = .seconds(5),
        statementTimeout: Duration = .seconds(30),
        lockTimeout: Duration? = .seconds(2),
        idleTransactionTimeout: Duration = .seconds(5),
        leaseTimeout: Duration = .seconds(10),
        outagePatience: Duration = .seconds(1),
        commitResolutionTime: Duration = .seconds(15),
        idleTimeout: Duration = .seconds(300),
        applicationName: String = "multibrand",
        reconnectBackoffMin: Duration = .milliseconds(50),
        reconnectBackoffMax: Duration = .seconds(5)
    ) {
        precondition(poolSizeMax > 0, "poolSizeMax must be at least 1")
        self.connectionString = connectionString
        self.poolSizeMax = poolSizeMax
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.lockTimeout = lockTimeout
        self.idleTransactionTimeout = idleTransactionTimeout
        self.leaseTimeout = leaseTimeout
        self.outagePatience = outagePatience
        self.commitResolutionTime = commitResolutionTime
        self.idleTimeout = idleTimeout
        self.applicationName = applicationName
        self.reconnectBackoffMin = reconnectBackoffMin
        self.reconnectBackoffMax = reconnectBackoffMax
    }
}
