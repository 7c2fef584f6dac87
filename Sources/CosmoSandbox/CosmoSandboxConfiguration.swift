/// How a sandbox runs.
package struct CosmoSandboxConfiguration: Sendable {
    /// The address it listens on.
    package var host: String
    /// The port it listens on; 0 takes a free one, which `CosmoSandbox.boundPort` gives.
    package var port: Int
    /// Where its journal lives; nil keeps everything in memory.
    package var directory: String?
    /// Whether a transaction is on disk before it is answered; false is quicker and survives a kill of the process but
    /// not of the machine.
    package var isDurable = true
    /// A data file that can be read again while the sandbox runs; nil uses `data`.
    package var dataFilePath: String?
    /// What the sandbox knows when there is no data file.
    package var data = SandboxDataFile.demo
    /// The one client id it accepts.
    package var clientID: String
    /// That client's secret.
    package var clientSecret: String
    /// Where transaction webhooks go; nil keeps them pending until one is set.
    package var transactionWebhook: SandboxWebhookEndpoint?
    /// Where program connection webhooks go; nil keeps them pending until one is set.
    package var connectionWebhook: SandboxWebhookEndpoint?
    /// The inferred behaviours.
    package var switches = SandboxSwitches()
    /// How many webhooks are under way at once.
    package var deliveryConcurrency = 16
    /// How long to wait after each failed attempt; the number of waits is the number of retries.
    package var retrySchedule: [Duration] = [.seconds(1), .seconds(5), .seconds(30), .seconds(120), .seconds(600)]
    /// Whether the last wait repeats without end instead of giving up.
    package var retriesForever = false
    /// How long a receiver may take to answer.
    package var receiverTimeout = Duration.seconds(10)
    /// How many connections it has at once; more take the places of idle ones, or wait.
    package var connectionsMax = 512
    /// The largest request body, in bytes.
    package var bodyBytesMax = 1 << 20

    /// Makes a configuration with the contract's defaults on a free loopback port.
    package init(
        host: String = "127.0.0.1", port: Int = 0, directory: String? = nil, clientID: String = "demo-client",
        clientSecret: String = "demo-secret"
    ) {
        self.host = host
        self.port = port
        self.directory = directory
        self.clientID = clientID
        self.clientSecret = clientSecret
    }
}
