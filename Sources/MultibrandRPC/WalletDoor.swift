import Access
import MultibrandAPI
import PostgreSQL
import RPC
import Rewards
import SwiftProtobuf
import Wallet

/// `multibrand.v1.WalletService`: proto/multibrand/v1/wallet.proto says what each call does.
///
/// The use cases are those of the REST door, and so are idempotency keys: one key is one request through both doors.
struct WalletDoor: Sendable {
    static let service = "/multibrand.v1.WalletService/"

    let wallet: WalletContext
    let actions: OperatorActions
    let now: @Sendable () -> PostgresTimestamp

    func register(in routes: inout DoorRoutes) {
        registerMembers(in: &routes)
        registerAccounts(in: &routes)
        registerExport(in: &routes)
        registerOffers(in: &routes)
        registerRedemptions(in: &routes)
        registerOrgKeys(in: &routes)
        registerWebhooks(in: &routes)
        registerPool(in: &routes)
        registerAnalytics(in: &routes)
    }

    /// Adds a method whose refusals name the fields of its message.
    func unary<Request: Message, Answer: Message>(
        _ method: String, in routes: inout DoorRoutes,
        _ handler: @escaping @Sendable (Request, RPCContext) async throws -> Answer
    ) {
        routes.unary(Self.service + method) { (request: Request, context) in
            try await WalletFields.named { try await handler(request, context) }
        }
    }

    /// The wallet for a write: what an operator changes is recorded in the transaction that changes it.
    ///
    /// - Parameter detail: without personal data and without secrets.
    func recording(
        _ action: String, _ subject: String, _ caller: WalletCaller, _ context: RPCContext,
        _ detail: [String: String] = [:]
    ) -> WalletContext {
        guard context.caller.role == .operator else { return wallet }
        return wallet.also([
            OperatorActions.record(
                by: context.caller, action: action, subject: "wallet/\(caller.environment.rawValue)/\(subject)",
                detail: detail)
        ])
    }
}

extension Multibrand_V1_WalletEnvironment {
    /// The organisation in this environment: platforms and operators act for any member that they name.
    ///
    /// **Errors** ``InvalidField`` when none is named.
    func organisation() throws(InvalidField) -> WalletCaller {
        switch self {
        case .sandbox: .organisation(.sandbox)
        case .live: .organisation(.live)
        case .unspecified, .UNRECOGNIZED: throw InvalidField("environment", "must be SANDBOX or LIVE")
        }
    }

    init(_ environment: WalletEnvironment) {
        self =
            switch environment {
            case .sandbox: .sandbox
            case .live: .live
            }
    }
}
