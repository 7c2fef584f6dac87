import Access
import MultibrandAPI
import OperatorRecord
import PostgreSQL
import RPC
import SwiftProtobuf
import Wallet

extension WalletDoor {
    /// The organisation's keys for the REST door.
    func registerOrgKeys(in routes: inout DoorRoutes) {
        write(
            "CreateOrgKey", .operator, in: &routes,
            audits: { try AuditedPart($0.environment, "keys/") }
        ) { (request: Multibrand_V1_CreateOrgKeyRequest, wallet, audit) in
            let caller = try request.environment.organisation()
            let expiresAt = request.hasExpiresAt ? try WalletFields.time(request.expiresAt, "expires_at") : nil
            let id = wallet.newID("key_")
            let keys = WalletOrgKeys(wallet.recording(audit.map { $0.about($0.subject + id) }))
            return Multibrand_V1_CreateOrgKeyResponse(
                try await keys.create(
                    caller.environment, id: id, label: request.label, expiresAt: expiresAt, now: now()))
        }
        routes.unary("ListOrgKeys", .operator) { (request: Multibrand_V1_ListOrgKeysRequest, _) in
            let caller = try request.environment.organisation()
            let all = try await WalletOrgKeys(wallet).list(caller.environment)
            return Multibrand_V1_ListOrgKeysResponse.with { $0.orgKeys = all.map(Multibrand_V1_OrgKey.init) }
        }
        write(
            "RotateOrgKey", .operator, in: &routes,
            audits: { try AuditedPart($0.environment, "keys/\($0.keyID)", ["overlap_seconds": "\($0.overlapSeconds)"]) }
        ) { (request: Multibrand_V1_RotateOrgKeyRequest, wallet, audit) in
            let caller = try request.environment.organisation()
            let id = try WalletFields.id(request.keyID, "key_id")
            let newID = wallet.newID("key_")
            let keys = WalletOrgKeys(wallet.recording(audit?.adding(["new_key_id": newID])))
            return Multibrand_V1_CreateOrgKeyResponse(
                try await keys.rotate(
                    caller.environment, id: id, newID: newID, overlap: .seconds(request.overlapSeconds), now: now()))
        }
        write(
            "RevokeOrgKey", .operator, in: &routes,
            audits: { try AuditedPart($0.environment, "keys/\($0.keyID)") }
        ) { (request: Multibrand_V1_RevokeOrgKeyRequest, wallet, _) in
            let caller = try request.environment.organisation()
            let id = try WalletFields.id(request.keyID, "key_id")
            let keys = WalletOrgKeys(wallet)
            return Multibrand_V1_OrgKey(try await keys.revoke(caller.environment, id: id, now: now()))
        }
    }
}

extension Multibrand_V1_OrgKey {
    init(_ key: WalletOrgKey) {
        self.init()
        keyID = key.id
        environment = .init(key.environment)
        label = key.label
        createdAt = .init(key.createdAt)
        if let time = key.expiresAt { expiresAt = .init(time) }
        if let time = key.revokedAt { revokedAt = .init(time) }
    }
}

extension Multibrand_V1_CreateOrgKeyResponse {
    init(_ created: WalletOrgKeys.Created) {
        self.init()
        orgKey = .init(created.key)
        key = created.secret.text
    }
}
