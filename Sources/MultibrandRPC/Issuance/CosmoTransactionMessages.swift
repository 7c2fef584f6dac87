import Cosmo
import Issuance
import MultibrandAPI
import SwiftProtobuf

extension Multibrand_V1_GetCosmoTransactionResponse {
    init(_ answer: ReadCosmoTransaction.Answer) {
        self.init()
        if let reported = answer.cosmo { cosmo = .init(reported) }
        if let record = answer.issuance { issuance = .init(record) }
        differences = answer.differences.map(\.rawValue)
    }
}

extension Multibrand_V1_CosmoTransaction {
    fileprivate init(_ transaction: CosmoTransaction) {
        self.init()
        transactionID = transaction.id
        referenceNumber = transaction.referenceNumber ?? ""
        programID = transaction.programID ?? ""
        value = transaction.value.map { "\($0)" } ?? ""
        currency = transaction.currency ?? ""
        totalPoints = transaction.totalPoints.map { "\($0)" } ?? ""
        account = transaction.account?.fields ?? [:]
        createdAt = transaction.createdAt ?? ""
        status = transaction.status ?? ""
        note = transaction.note ?? ""
    }
}
