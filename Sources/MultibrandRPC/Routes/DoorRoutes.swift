import Access
import OperatorRecord
import RPC
import SwiftProtobuf

/// Adds methods to a router: each says who may call it and what is recorded of the call, and whatever its use case
/// throws is mapped in one place.
///
/// A method is closed until a route opens it: there is no way to add one without naming the role that its callers need.
struct DoorRoutes {
    private(set) var router: RPCRouter
    /// What was added so far.
    private(set) var routes: [DoorRoute] = []
    /// The service that the next methods belong to, such as `multibrand.v1.SpendService`.
    var service = ""
    private let refusals: Refusals
    private let authorization: Authorization

    init(router: RPCRouter, refusals: Refusals, authorization: Authorization) {
        self.router = router
        self.refusals = refusals
        self.authorization = authorization
    }

    /// Adds a method of which nothing is recorded.
    ///
    /// - Parameter role: The least role that may call.
    mutating func unary<Request: Message, Answer: Message>(
        _ method: String, _ role: APIRole, _ handler: @escaping @Sendable (Request, RPCContext) async throws -> Answer
    ) {
        let (path, refusals) = (add(method, role, isRecorded: false), refusals)
        router.unary(path, admission: admission(path, role)) { (request: Request, context) in
            try await refusals.mapping(path) { try await handler(request, context) }
        }
    }

    /// Adds a method whose calls by operators are recorded, under its own name.
    ///
    /// - Parameters:
    ///   - role: The least role that may call.
    ///   - audits: What is recorded, read from the request before anything is done.
    ///   - handler: Gets the entry to record together with what it does; nil for a caller who is no operator.
    mutating func unary<Request: Message, Answer: Message>(
        _ method: String, _ role: APIRole, audits: @escaping @Sendable (Request) throws -> AuditedPart,
        _ handler: @escaping @Sendable (Request, RPCContext, AuditEntry?) async throws -> Answer
    ) {
        let (path, refusals) = (add(method, role, isRecorded: true), refusals)
        router.unary(path, admission: admission(path, role)) { (request: Request, context) in
            try await refusals.mapping(path) {
                try await handler(request, context, try context.audit(method, request, audits))
            }
        }
    }

    /// Adds a stream of answers. It ends when its caller's key stops working, and sends nothing more.
    mutating func serverStreaming<Request: Message, Answer: Message>(
        _ method: String, _ role: APIRole, limits: RPCMethodLimits,
        _ handler: @escaping @Sendable (Request, RPCWriter<Answer>, RPCContext) async throws -> Void
    ) {
        addServerStream(method, role, limits: limits, isRecorded: false, handler)
    }

    /// Adds a stream of answers whose calls by operators are recorded, under its own name.
    mutating func serverStreaming<Request: Message, Answer: Message>(
        _ method: String, _ role: APIRole, limits: RPCMethodLimits,
        audits: @escaping @Sendable (Request) throws -> AuditedPart,
        _ handler: @escaping @Sendable (Request, RPCWriter<Answer>, AuditEntry?) async throws -> Void
    ) {
        addServerStream(method, role, limits: limits, isRecorded: true) {
            (request: Request, writer: RPCWriter<Answer>, context) in
            try await handler(request, writer, try context.audit(method, request, audits))
        }
    }

    private mutating func addServerStream<Request: Message, Answer: Message>(
        _ method: String, _ role: APIRole, limits: RPCMethodLimits, isRecorded: Bool,
        _ handler: @escaping @Sendable (Request, RPCWriter<Answer>, RPCContext) async throws -> Void
    ) {
        let path = add(method, role, isRecorded: isRecorded)
        let (refusals, authorization) = (refusals, authorization)
        router.serverStreaming(path, limits: limits, admission: admission(path, role)) {
            (request: Request, writer: RPCWriter<Answer>, context) in
            try await refusals.mapping(path) {
                guard let key = authorization.streamKey(of: context) else {
                    return try await handler(request, writer, context)
                }
                try await key.whileItWorks(onRefused: nil) {
                    try await handler(request, writer.guarded(by: key.confirm), context)
                }
            }
        }
    }

    /// Adds a stream of requests and answers. Each request of an operator is recorded, under the method's name.
    ///
    /// - Parameters:
    ///   - audits: What is recorded of a request, read before anything is done.
    ///   - handler: Gets what makes the entry of a request; nil for a caller who is no operator.
    mutating func bidirectional<Request: Message, Answer: Message>(
        _ method: String, _ role: APIRole, limits: RPCMethodLimits,
        audits: @escaping @Sendable (Request) throws -> AuditedPart,
        _ handler:
            @escaping @Sendable (
                RPCMessages<Request>, RPCWriter<Answer>, RPCContext, @escaping @Sendable (Request) throws -> AuditEntry?
            ) async throws -> Void
    ) {
        addStream(method, role, limits: limits, isRecorded: true) {
            (requests: RPCMessages<Request>, writer: RPCWriter<Answer>, context) in
            try await handler(requests, writer, context) { try context.audit(method, $0, audits) }
        }
    }

    /// Adds a stream of requests and answers. No request is taken once the caller's key has stopped working; those
    /// taken before are answered, then the stream ends.
    private mutating func addStream<Request: Message, Answer: Message>(
        _ method: String, _ role: APIRole, limits: RPCMethodLimits, isRecorded: Bool,
        _ handler: @escaping @Sendable (RPCMessages<Request>, RPCWriter<Answer>, RPCContext) async throws -> Void
    ) {
        let path = add(method, role, isRecorded: isRecorded)
        let (refusals, authorization) = (refusals, authorization)
        router.bidirectional(path, limits: limits, admission: admission(path, role)) {
            (requests: RPCMessages<Request>, writer: RPCWriter<Answer>, context) in
            try await refusals.mapping(path) {
                guard let key = authorization.streamKey(of: context) else {
                    return try await handler(requests, writer, context)
                }
                try await key.whileItWorks(onRefused: { requests.end(throwing: $0) }) {
                    try await handler(requests.guarded(by: key.confirm), writer, context)
                }
            }
        }
    }

    /// Makes sure that each method that clients can see has a route, and each route a method.
    ///
    /// **Errors** ``UnmatchedRoutes``.
    func check(against descriptorSet: Google_Protobuf_FileDescriptorSet) throws(UnmatchedRoutes) {
        var declared: Set<String> = []
        for file in descriptorSet.file where file.package == "multibrand.v1" {
            for service in file.service {
                for method in service.method { declared.insert("/\(file.package).\(service.name)/\(method.name)") }
            }
        }
        let served = Set(routes.map(\.path))
        guard served == declared else {
            throw UnmatchedRoutes(
                unserved: declared.subtracting(served).sorted(), undeclared: served.subtracting(declared).sorted())
        }
    }

    private mutating func add(_ method: String, _ role: APIRole, isRecorded: Bool) -> String {
        let path = "/\(service)/\(method)"
        routes.append(DoorRoute(path: path, role: role, isRecorded: isRecorded))
        return path
    }

    private func admission(_ path: String, _ role: APIRole) -> RPCAdmission {
        let (refusals, authorization) = (refusals, authorization)
        return RPCAdmission { context in
            do {
                return try authorization.admitAtOnce(&context, needing: role)
            } catch {
                throw refusals.refusal(error, path)
            }
        } _: { context in
            var admitted = context
            try await refusals.mapping(path) { try await authorization.admit(&admitted, needing: role) }
            context = admitted
        }
    }
}

extension RPCContext {
    /// The entry that the record of operators' actions gets of this call; nil for a platform, whose calls are its own
    /// business.
    fileprivate func audit<Request>(
        _ method: String, _ request: Request, _ audits: (Request) throws -> AuditedPart
    ) throws -> AuditEntry? {
        let caller = caller
        guard caller.role == .operator else { return nil }
        let part = try audits(request)
        return AuditEntry(clientID: caller.clientID, action: method, subject: part.subject, detail: part.detail)
    }
}
