import Access
import MultibrandAPI
import RPC
import Rewards
import SwiftProtobuf

extension AdminDoor {
    /// Who may call.
    func registerClients(in routes: inout DoorRoutes) {
        routes.unary(Self.service + "CreateApiClient") { (request: Multibrand_V1_CreateApiClientRequest, context) in
            let created = try await clients.create(clientID: request.clientID, role: request.role, by: context.caller)
            return Multibrand_V1_CreateApiClientResponse.with {
                $0.client = Multibrand_V1_ApiClient(created.client)
                $0.key = created.key.text
            }
        }
        routes.unary(Self.service + "ListApiClients") { (_: Multibrand_V1_ListApiClientsRequest, _) in
            let all = try await clients.list()
            return Multibrand_V1_ListApiClientsResponse.with { $0.clients = all.map(Multibrand_V1_ApiClient.init) }
        }
        routes.unary(Self.service + "RevokeApiClient") { (request: Multibrand_V1_RevokeApiClientRequest, context) in
            Multibrand_V1_ApiClient(try await clients.revoke(clientID: request.clientID, by: context.caller))
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
