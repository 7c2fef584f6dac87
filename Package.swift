// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The rooms, bottom up: a room names what it imports, all of it from above its own line. ARCHITECTURE.md says what each
// room is for; Tests/ArchitectureTests reads this list and holds the imports of every file against it.

let swiftSettings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (Context.environment["MULTIBRAND_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)])

func room(_ name: String, path: String? = nil, exclude: [String] = [], _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: swiftSettings)
}

func tests(_ name: String, exclude: [String] = [], _ dependencies: Target.Dependency...) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

// Foreign libraries, each named once.
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let deques: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let orderedCollections: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

/// What a plugin's folder holds beside its Swift source: its page and its golden cases, read by the tests.
let pluginDocuments: [String] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("plugins").path
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    let files = folders.flatMap { ["\($0)/README.md", "\($0)/cases.json", "\($0)/data"] } + ["README.md"]
    return files.filter { FileManager.default.fileExists(atPath: "\(root)/\($0)") }.sorted()
}()

let package = Package(
    name: "multibrand",
    platforms: [.macOS("26.0")],
    products: [.executable(name: "multibrand", targets: ["multibrand"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
    ],
    targets: [
        // System libraries: module maps and inline shims, no logic.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),

        // Waiting until something happens; the loops of the workers.
        room("Waiting", logging),

        // What the doors share about letting in: who, and how many.
        room("Admission", nio, logging, metrics),

        // Transport.
        room("Cryptography", "COpenSSL"),
        room("TLS", "COpenSSL", nio, nioTLS),
        room("HTTP2", "CNGHTTP2", nio, logging),
        room(
            "RPC", "HTTP2", "TLS", "Cryptography", "Waiting", "Admission", nio, nioPosix, protobuf, logging, deques),

        // Threads of our own, and calls to others over HTTP.
        room("Threads"),
        room("OutgoingHTTP", "CCurl", "Threads", "Waiting"),

        // The pure core and the plugins.
        room("Rewards"),

        // Storage.
        room("PostgreSQL", "Rewards", "Waiting", "CPostgreSQL", "Threads", logging, deques, orderedCollections),
        room("Schema", "PostgreSQL"),
        room("PostgreSQLCluster", "PostgreSQL", "Schema", "Waiting", logging),

        room("AllocationPlugin", "Rewards"),
        room("AllocationPluginTesting", "AllocationPlugin", "Rewards"),
        room("AllocationPlugins", path: "plugins", exclude: pluginDocuments, "AllocationPlugin", "Rewards"),
        room("PluginRuntime", "AllocationPlugin", "Rewards", "Cryptography"),

        // HTTP servers that stop in good order.
        room("OrderlyStop", lifecycle, logging),

        room(
            "HTTPDoor", "OrderlyStop", "TLS", "Admission", nio, hummingbird, hummingbirdCore, httpTypes, logging
        ),

        // Cosmo, from both sides.
        room("Cosmo", "Rewards", "Waiting", "Cryptography", "OutgoingHTTP", logging, metrics),
        room(
            "CosmoSandbox", "Cryptography", "Waiting", "OutgoingHTTP", "OrderlyStop", "HTTPDoor", "Admission", nio,
            nioPosix,
            httpTypes, hummingbird, lifecycle, logging),

        // The rooms of the business: use cases, each with its store; below them, the record of operators' actions, the
        // cards, and what a delivery is to its handler.
        room("OperatorRecord", "PostgreSQL"),
        room("Cards", "Rewards", "PostgreSQL"),
        room("Deliveries", "PostgreSQL"),
        room("Access", "Rewards", "Waiting", "OperatorRecord", "PostgreSQL", "Cryptography", logging),
        room(
            "Programs", "Rewards", "Waiting", "AllocationPlugin", "AllocationPluginTesting", "PluginRuntime",
            "OperatorRecord",
            "PostgreSQL",
            "Cosmo", logging, metrics),
        room(
            "Inbox", "Deliveries", "Rewards", "Waiting", "OperatorRecord", "PostgreSQL", "Cryptography", logging,
            metrics),
        room(
            "Preferences", "Cards", "Deliveries", "Rewards", "Waiting", "OperatorRecord", "PostgreSQL", "Cosmo",
            "Cryptography", logging, metrics
        ),
        room(
            "Spending", "Cards", "Rewards", "Waiting", "PluginRuntime", "OperatorRecord", "PostgreSQL", "Cryptography",
            logging,
            metrics),
        room(
            "Issuance", "Cards", "Deliveries", "Rewards", "Waiting", "OperatorRecord", "PostgreSQL", "Cosmo",
            "Cryptography", logging, metrics),
        room("Wallet", "Rewards", "Waiting", "OperatorRecord", "PostgreSQL", "Cryptography", logging, metrics),
        room("Audit", "PostgreSQL", logging),

        // Above the rooms: one story from all of them.
        room(
            "Explanation", "Rewards", "Programs", "Inbox", "Preferences", "Spending", "Issuance", "Wallet", "Cosmo",
            "PostgreSQL"),

        // The doors: translate, authorise, map errors; no decisions.
        room("MultibrandAPI", protobuf),
        room(
            "MultibrandRPC", "MultibrandAPI", "RPC", "Waiting", "Admission", "Rewards", "OperatorRecord", "Explanation",
            "Access",
            "Cards", "Programs",
            "Inbox",
            "Preferences",
            "Spending", "Issuance", "Wallet", "Cosmo",
            "PluginRuntime", "PostgreSQL", "Cryptography", protobuf, logging, metrics, deques),
        room(
            "WebhookHTTP", "Rewards", "Inbox", "Cosmo", "HTTPDoor", "Admission", "TLS", nio, hummingbird,
            hummingbirdCore,
            httpTypes,
            logging, metrics),
        room(
            "WalletHTTP", "Wallet", "Rewards", "PostgreSQL", "HTTPDoor", "Admission", "Cryptography", nio,
            nioPosix,
            hummingbird, hummingbirdCore, httpTypes, "OutgoingHTTP", logging, metrics),

        // Composition and the executable.
        room(
            "Wiring", "Waiting", "Programs", "Inbox", "Preferences", "Spending", "Issuance", "Wallet", "Cosmo",
            "PostgreSQL", "Rewards", logging),
        room("PrometheusText", coreMetrics),
        room(
            "MultibrandServer", "Waiting", "Wiring", "MultibrandRPC", "WebhookHTTP", "WalletHTTP", "HTTPDoor",
            "Admission",
            "RPC", "TLS", "Access",
            "Programs", "Inbox", "Wallet",
            "Preferences", "Spending", "Issuance", "Audit", "Cosmo", "PluginRuntime", "AllocationPlugins",
            "PostgreSQL", "Schema", "PrometheusText", "Rewards", "Cryptography", nio, nioPosix, configuration,
            lifecycle, signals,
            logging),
        .executableTarget(
            name: "multibrand",
            dependencies: [
                "MultibrandServer", "MultibrandAPI", "CosmoSandbox", "PostgreSQLCluster", "PostgreSQL", "Schema",
                "Waiting",
                "PrometheusText", "RPC", "TLS", "Admission",
                "Audit", "Spending", "Cosmo", "Rewards", "Cryptography", arguments, lifecycle, signals,
                logging, metrics, nio,
                nioPosix, protobuf, "OutgoingHTTP",
            ],
            swiftSettings: swiftSettings),

        // Tests, and what several of them use.
        room("TestSupport", path: "Tests/TestSupport", logging),
        tests("ArchitectureTests"),
        tests("WaitingTests", "Waiting", "TestSupport", logging),
        tests("AdmissionTests", "Admission", nio, nioPosix, nioEmbedded, logging),
        tests("CryptographyTests", "Cryptography"),
        tests("OutgoingHTTPTests", "TestSupport", "OutgoingHTTP", "TLS", "RPC", nio, logging),
        tests("TLSTests", "TLS", nio, nioPosix, nioTLS),
        tests("HTTP2Tests", "HTTP2", nio, nioPosix, logging),
        tests("RPCTests", "RPC", "TLS", "Admission", "CNGHTTP2", nio, nioPosix, protobuf, logging),
        tests("PostgreSQLTests", "Rewards", "PostgreSQL", "Schema", "PostgreSQLCluster", "TestSupport", logging),
        tests("RewardsTests", "Rewards"),
        tests(
            "AllocationPluginTests", "AllocationPlugin", "AllocationPluginTesting", "AllocationPlugins",
            "PluginRuntime", "Rewards"),
        tests("OrderlyStopTests", "OrderlyStop", hummingbird, lifecycle, nio, nioPosix, logging),
        tests(
            "CosmoTests", "TestSupport", "Cosmo", "CosmoSandbox", "OrderlyStop", "Cryptography", hummingbird, httpTypes,
            "OutgoingHTTP", lifecycle, logging, nio),
        tests("AccessTests", "TestSupport", "OperatorRecord", "Access", "PostgreSQL", "PostgreSQLCluster", logging),
        tests(
            "ProgramsTests", "TestSupport", "Waiting", "Programs", "OperatorRecord", "AllocationPlugin",
            "AllocationPlugins",
            "PluginRuntime",
            "PostgreSQL", "PostgreSQLCluster", "Cosmo", "Rewards", logging),
        tests("AuditTests", "Audit", "Rewards", "PostgreSQL", "PostgreSQLCluster", logging),
        tests("InboxTests", "Inbox", "Deliveries", "TestSupport", "PostgreSQL", "PostgreSQLCluster", logging),
        tests(
            "PreferencesTests", "Preferences", "Cards", "Deliveries", "OperatorRecord", "Inbox", "TestSupport",
            "PostgreSQL",
            "PostgreSQLCluster", "Cosmo",
            "Rewards", logging),
        tests(
            "SpendingTests", "Spending", "Cards", "Waiting", "OperatorRecord", "PluginRuntime", "AllocationPlugin",
            "AllocationPlugins",
            "Audit",
            "PostgreSQL",
            "PostgreSQLCluster", "Rewards", logging),
        tests(
            "WalletTests", "TestSupport", "OperatorRecord", "Wallet", "Rewards", "PostgreSQL", "PostgreSQLCluster",
            "Cryptography",
            logging),
        tests(
            "IssuanceTests", "TestSupport", "Issuance", "Deliveries", "OperatorRecord", "Wallet", "PostgreSQL",
            "PostgreSQLCluster",
            "Cosmo",
            "CosmoSandbox",
            "Rewards", logging),
        tests(
            "WebhookHTTPTests", "WebhookHTTP", "Cosmo", "TestSupport", "HTTPDoor", "Inbox", "TLS", "PostgreSQL",
            "PostgreSQLCluster", "Cryptography",
            "OutgoingHTTP", httpTypes, logging, nio),
        tests(
            "WalletHTTPTests", exclude: ["schemathesis"], "WalletHTTP", "TestSupport", "HTTPDoor", "Wallet", "Rewards",
            "PostgreSQL", "PostgreSQLCluster", "Cryptography", "OutgoingHTTP", hummingbird, hummingbirdCore, httpTypes,
            logging, nio, nioHTTP1),
        tests("PrometheusTextTests", "PrometheusText", coreMetrics),
        tests("MonitoringTests", "MultibrandServer", "PrometheusText"),
        tests(
            "FaultInjectionTests", "TestSupport", "Wiring", "OperatorRecord", "Inbox", "Preferences", "Spending",
            "Issuance", "Wallet",
            "Programs", "Access", "Cosmo",
            "PluginRuntime", "AllocationPlugins", "Rewards", "PostgreSQL", "PostgreSQLCluster", nio, nioPosix, logging),
        tests(
            "WiringTests", "Wiring", "Cards", "Issuance", "Preferences", "Programs", "PluginRuntime", "Rewards",
            "PostgreSQL",
            "PostgreSQLCluster", logging),
        tests(
            "ModelTests", "Wiring", "Waiting", "AllocationPlugin", "Programs", "Inbox", "Preferences", "Spending",
            "Issuance",
            "Audit",
            "Cosmo", "CosmoSandbox", "PluginRuntime", "AllocationPlugins", "Rewards", "PostgreSQL", "PostgreSQLCluster",
            logging),
        tests(
            "EndToEndTests", exclude: ["grpcio"], "TestSupport", "PrometheusText", "MultibrandServer", "MultibrandRPC",
            "MultibrandAPI",
            "Access",
            "PluginRuntime", "AllocationPlugins", "Cosmo", "CosmoSandbox",
            "PostgreSQLCluster", "PostgreSQL", "Schema", "RPC",
            "Cryptography", "Audit", "OutgoingHTTP", protobuf, logging, nio, nioPosix),
        // Part of its harness is EndToEndTests' own, by symbolic links.
        tests(
            "FailoverTests", "TestSupport", "multibrand", "MultibrandServer", "MultibrandAPI", "CosmoSandbox",
            "PostgreSQLCluster",
            "PostgreSQL", "Schema", "RPC", "Cryptography", "Audit", "OutgoingHTTP", protobuf, logging),
        tests(
            "CommandLineTests", "TestSupport", "multibrand", "Admission", "MultibrandAPI", "MultibrandRPC",
            "Explanation", "Issuance",
            "MultibrandServer", "RPC",
            "Cosmo", "CosmoSandbox", "TLS", "Audit", "Rewards", "Spending", "Wallet", "Cryptography",
            "PostgreSQL", "WalletHTTP", arguments, protobuf, logging, nio, nioPosix),
    ]
)

/// `MULTIBRAND_TESTS=RPCTests,TLSTests` leaves only those test targets and what they need, which saves most of a build.
if let names = Context.environment["MULTIBRAND_TESTS"] {
    var kept = Set(names.split(separator: ",").map(String.init))
    var found: [String] = Array(kept)
    while let name = found.popLast() {
        guard let target = package.targets.first(where: { $0.name == name }) else { continue }
        for case .byNameItem(let dependency, _) in target.dependencies where kept.insert(dependency).inserted {
            found.append(dependency)
        }
    }
    package.targets.removeAll { !kept.contains($0.name) }
    if !kept.contains("multibrand") { package.products = [] }
}
