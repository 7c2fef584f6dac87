import MultibrandAPI
import SwiftProtobuf
import Testing

import struct Foundation.Data

@testable import MultibrandRPC

@Suite("What a platform's key may call")
struct PlatformCallTests {
    /// Every method of the API, from the descriptors that reflection serves.
    static func everyMethod() throws -> Set<String> {
        let data = try #require(Data(base64Encoded: multibrandDescriptorSetBase64))
        let files = try Google_Protobuf_FileDescriptorSet(serializedBytes: data).file
        return Set(
            files.filter { $0.package == "multibrand.v1" }.flatMap { file in
                file.service.flatMap { service in
                    service.method.map { "/\(file.package).\(service.name)/\($0.name)" }
                }
            })
    }

    @Test("each method listed for platforms is one of the API's")
    func listed() throws {
        let methods = try Self.everyMethod()
        #expect(methods.count > 80)
        #expect(PlatformCalls.paths.subtracting(methods).isEmpty)
    }

    @Test("the operators' methods are these and no others: a new method is theirs until somebody decides")
    func operators() throws {
        let closed = try Self.everyMethod().subtracting(PlatformCalls.paths).filter { !$0.contains("AdminService") }
        let names = closed.map { String($0.split(separator: "/")[1]) }.sorted()
        #expect(
            names == [
                "AdoptIssuance", "BeginRecovery", "CancelRedemption", "CompareRecovery", "CreateOffer", "CreateOrgKey",
                "Credit", "DeleteWebhook", "EndRecovery", "ExpireOffer", "ExportLedger", "GetPool", "ListMembers",
                "ListOrgKeys", "ListWebhooks", "MoveRedemption", "PriceOffer",
                "ReattributeRefund", "ReconcileDay", "Redeem", "RegisterWebhook", "RemoveMember", "ResolveIssuance",
                "RetryIssuance", "RevokeOrgKey", "RotateOrgKey", "SetPoolLowWaterMark", "TopUpPool", "UpdateOffer",
                "WriteOffDebt",
            ])
        #expect(!PlatformCalls.paths.contains { $0.contains("AdminService") })
    }
}
