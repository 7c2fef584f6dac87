/// How a sandbox runs.
public struct CosmoSandboxConfiguration: Sendable {
    /// The address it listens on.
    public var host: String
    /// The port it listens on; 0 takes a free one, which `CosmoSandbox.boundPort` gives.
    public var port: Int
    /// Where its journal lives; nil keeps everything in memory.
    public var directory: String?
    /// Whether a transaction is on disk before it is answered; false is quicker and survives a kill of the process but not
    /// of the machine.
    public var isDurable = true
    /// A data file that can be read again while the sandbox runs; nil uses `data`.
    public var dataFilePath: String?
    /// What the sandbox knows when there is no data file.
    public var data = SandboxDataFile.demo
    /// The one client id it accepts.
    public var clientID: String
    /// That client's secret.
    public var clientSecret: String
    /// Where transaction webhooks go; nil keeps them pending until one is set.
    public var transactionWebhook: SandboxWebhookEndpoint?
    /// Where program connection webhooks go; nil keeps them pending until one is set.
    public var connectionWebhook: SandboxWebhookEndpoint?
    /// The inferred behaviours.
    public var switches = SandboxSwitches()
    /// How many webhooks are under way at once.
    public var deliveryConcurrency = 16
    /// How long to wait after each failed attempt; the number of waits is the number of retries.
    public var retrySchedule: [Duration] = [.seconds(1), .seconds(5), .seconds(30), .seconds(120), .seconds(600)]
    /// Whether the last wait repeats without end instead of giving up.
    public var retriesForever = false
    /// How long a receiver may take to answer.
    public var receiverTimeout = Duration.seconds(10)
    /// How many connections it has at once; more take the places of idle ones, or wait.
    public var connectionsMax = 512
    /// The largest request body, in bytes.
    public var bodyBytesMax = 1 << 20

    /// Makes a configuration with the contract's defaults on a free loopback port.
    public init(
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
