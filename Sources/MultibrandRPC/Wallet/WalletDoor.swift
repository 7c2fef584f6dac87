import Access
import MultibrandAPI
import OperatorRecord
import PostgreSQL
import RPC
import Rewards
import SwiftProtobuf
import Wallet

/// `multibrand.v1.WalletService`: proto/multibrand/v1/wallet.proto says what each call does.
///
/// The use cases are those of the REST door, and so are idempotency keys: one key is one request through both doors.
struct WalletDoor: Sendable {
    let wallet: WalletContext
    let actions: OperatorActions
    let now: @Sendable () -> PostgresTimestamp

    func register(in routes: inout DoorRoutes) {
        routes.service = "multibrand.v1.WalletService"
        registerMembers(in: &routes)
        registerAccounts(in: &routes)
        registerExport(in: &routes)
        registerHolds(in: &routes)
        registerOffers(in: &routes)
        registerRedemptions(in: &routes)
        registerOrgKeys(in: &routes)
        registerWebhooks(in: &routes)
        registerPool(in: &routes)
        registerAnalytics(in: &routes)
    }

    /// Adds a write: what an operator changes is recorded in the transaction that changes it.
    ///
    /// - Parameter handler: Gets the wallet whose writes record the call.
    func write<Request: Message, Answer: Message>(
        _ method: String, _ role: APIRole, in routes: inout DoorRoutes,
        audits: @escaping @Sendable (Request) throws -> AuditedPart,
        _ handler: @escaping @Sendable (Request, WalletContext, AuditEntry?) async throws -> Answer
    ) {
        let wallet = wallet
        routes.unary(method, role, audits: audits) { (request: Request, _, audit) in
            try await handler(request, wallet.recording(audit), audit)
        }
    }
}

extension AuditedPart {
    /// A part of the wallet, by its path.
    ///
    /// **Errors** ``InvalidField`` when no environment is named.
    init(
        _ environment: Multibrand_V1_WalletEnvironment, _ path: String, _ detail: [String: String] = [:]
    ) throws(InvalidField) {
        self.init("wallet/\(try environment.organisation().environment.rawValue)/\(path)", detail)
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
