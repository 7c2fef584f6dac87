import Access
import MultibrandAPI
import RPC
import Rewards
import SwiftProtobuf

extension AdminDoor {
    /// Who may call.
    func registerClients(in routes: inout DoorRoutes) {
        routes.unary("CreateApiClient", .operator, audits: { AuditedPart($0.clientID, ["role": $0.role]) }) {
            (request: Multibrand_V1_CreateApiClientRequest, _, audit) in
            let created = try await clients.create(clientID: request.clientID, role: request.role, audit: audit)
            return Multibrand_V1_CreateApiClientResponse.with {
                $0.client = Multibrand_V1_ApiClient(created.client)
                $0.key = created.key.text
            }
        }
        routes.unary("ListApiClients", .operator) { (_: Multibrand_V1_ListApiClientsRequest, _) in
            let all = try await clients.list()
            return Multibrand_V1_ListApiClientsResponse.with { $0.clients = all.map(Multibrand_V1_ApiClient.init) }
        }
        routes.unary("RevokeApiClient", .operator, audits: { AuditedPart($0.clientID) }) {
            (request: Multibrand_V1_RevokeApiClientRequest, _, audit) in
            Multibrand_V1_ApiClient(try await clients.revoke(clientID: request.clientID, audit: audit))
        }
    }
}

extension Multibrand_V1_ApiClient {
    init(_ client: APIClient) {
        self.init()
        clientID = client.clientID
        role = client.role.rawValue
        createdAt = .init(client.createdAt)
        if let revoked = client.revokedAt { revokedAt = .init(revoked) }
    }
}
