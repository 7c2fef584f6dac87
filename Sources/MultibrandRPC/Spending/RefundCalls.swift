package import PostgreSQL
package import Spending

/// The use cases about refunds as the door needs them.
package struct RefundCalls: Sendable {
    let record: RecordRefund
    let undo: UndoRefund
    let reattribute: ReattributeRefund
    let get: GetRefund
    let list: ListRefunds

    /// Takes what composition has made; the reads need only the database.
    package init(record: RecordRefund, undo: UndoRefund, reattribute: ReattributeRefund, pool: PostgresPool) {
        self.record = record
        self.undo = undo
        self.reattribute = reattribute
        get = GetRefund(pool: pool)
        list = ListRefunds(pool: pool)
    }
}
