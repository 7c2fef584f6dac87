import NIOCore
import NIOPosix
import PostgreSQL
import Synchronization

/// Sits between a pool and PostgreSQL and breaks one connection at a chosen commit.
///
/// It speaks the real protocol over real sockets: what the client sees is what a failing network shows it.
final class CuttingProxy: Sendable {
    private struct Plan {
        var cut: Cut
        var aftermath: Aftermath
        /// How many commits go through before the one that is cut.
        var commitsBefore: Int
    }

    private struct State {
        var plan: Plan?
        var isUnreachable = false
        var cutCount = 0
    }

    private let state = Mutex(State())
    private let upstream: SocketAddress
    private let listener: any Channel

    private init(upstream: SocketAddress, listener: any Channel) {
        self.upstream = upstream
        self.listener = listener
    }

    /// Lends a proxy in front of a database to `body`, with the connection string that leads through it.
    static func with<T: Sendable>(
        _ connectionString: String, _ body: (CuttingProxy, String) async throws -> T
    ) async throws -> T {
        let upstream = try UpstreamAddress(connectionString)
        let reference = ProxyReference()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 64)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                guard let proxy = reference.proxy else { return channel.close() }
                return proxy.accept(channel)
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = CuttingProxy(upstream: upstream.address, listener: listener)
        reference.set(proxy)
        defer { reference.set(nil) }
        let port = listener.localAddress?.port ?? 0
        do {
            let value = try await body(proxy, upstream.connectionString(throughPort: port))
            try? await listener.close()
            return value
        } catch {
            try? await listener.close()
            throw error
        }
    }

    /// Breaks the connection at the next commit but so many.
    func cut(_ cut: Cut, commitsBefore: Int = 0, then aftermath: Aftermath = .reachable) {
        state.withLock { $0.plan = Plan(cut: cut, aftermath: aftermath, commitsBefore: commitsBefore) }
    }

    /// Lets everybody through again.
    func mend() {
        state.withLock { state in
            state.plan = nil
            state.isUnreachable = false
        }
    }

    /// How many connections were broken on purpose.
    var cutCount: Int { state.withLock { $0.cutCount } }

    fileprivate func accept(_ client: any Channel) -> EventLoopFuture<Void> {
        if state.withLock({ $0.isUnreachable }) { return client.close() }
        return ClientBootstrap(group: client.eventLoop)
            .channelOption(.autoRead, value: false)
            .connect(to: upstream)
            .flatMap { server in
                let joint = Joint(self, client: client, server: server)
                return client.pipeline.addHandler(ClientSide(joint)).flatMap {
                    server.pipeline.addHandler(ServerSide(joint))
                }.flatMap {
                    server.setOption(.autoRead, value: true).and(client.setOption(.autoRead, value: true)).map { _ in }
                }
            }
    }

    /// What to do with a commit that is about to be sent.
    fileprivate func meetCommit() -> Cut? {
        state.withLock { state in
            guard let plan = state.plan else { return nil }
            guard plan.commitsBefore == 0 else {
                state.plan?.commitsBefore -= 1
                return nil
            }
            state.plan = nil
            state.isUnreachable = plan.aftermath == .unreachable
            state.cutCount += 1
            return plan.cut
        }
    }

    /// Whether statements must be held back until it is known whether a commit follows them that is to be cut.
    fileprivate var cutsStatements: Bool {
        state.withLock { $0.plan.map { $0.cut == .midStatement && $0.commitsBefore == 0 } ?? false }
    }
}

/// Breaks the circle between a listener and the proxy it belongs to.
private final class ProxyReference: Sendable {
    private let held = Mutex<CuttingProxy?>(nil)
    var proxy: CuttingProxy? { held.withLock { $0 } }
    func set(_ proxy: CuttingProxy?) { held.withLock { $0 = proxy } }
}

/// One client's connection and its counterpart at the server.
// SAFETY: used on the client's event loop alone, on which both channels live.
private final class Joint: @unchecked Sendable {
    private let proxy: CuttingProxy
    private let client: any Channel
    private let server: any Channel
    private var messages = FrontendMessages()
    private var swallowsAnswers = false
    private var endsWithAnswer = false

    init(_ proxy: CuttingProxy, client: any Channel, server: any Channel) {
        self.proxy = proxy
        self.client = client
        self.server = server
    }

    func fromClient(_ bytes: ByteBuffer) {
        for message in messages.take(bytes) {
            guard let statement = message.statement, !swallowsAnswers, !endsWithAnswer else {
                server.write(message.bytes, promise: nil)
                continue
            }
            if statement == "COMMIT" {
                switch proxy.meetCommit() {
                case nil: break
                case .beforeCommit?, .midStatement?: return cut()
                case .afterCommit?: swallowsAnswers = true
                case .afterAnswer?: endsWithAnswer = true
                }
            } else if proxy.cutsStatements, Self.writes(statement), proxy.meetCommit() != nil {
                // Half of the statement goes out, and nothing after it.
                var half = message.bytes
                if let start = half.readSlice(length: half.readableBytes / 2) { server.write(start, promise: nil) }
                server.flush()
                return cut()
            }
            server.write(message.bytes, promise: nil)
        }
        server.flush()
    }

    func fromServer(_ bytes: ByteBuffer) {
        // The commit is done: the server says so, and nobody hears it.
        if swallowsAnswers { return cut() }
        client.writeAndFlush(bytes, promise: nil)
        if endsWithAnswer { cut() }
    }

    func cut() {
        client.close(promise: nil)
        server.close(promise: nil)
    }

    private static func writes(_ statement: String) -> Bool {
        ["INSERT", "UPDATE", "WITH"].contains { statement.hasPrefix($0) }
    }
}

// SAFETY: as for Joint.
private final class ClientSide: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    private let joint: Joint

    init(_ joint: Joint) { self.joint = joint }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { joint.fromClient(unwrapInboundIn(data)) }
    func channelInactive(context: ChannelHandlerContext) { joint.cut() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { joint.cut() }
}

// SAFETY: as for Joint.
private final class ServerSide: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    private let joint: Joint

    init(_ joint: Joint) { self.joint = joint }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { joint.fromServer(unwrapInboundIn(data)) }
    func channelInactive(context: ChannelHandlerContext) { joint.cut() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { joint.cut() }
}
