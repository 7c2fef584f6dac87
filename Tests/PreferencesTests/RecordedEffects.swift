import Cards
import Deliveries
import Inbox
import PostgreSQL

/// What preferences do in other rooms: positions are only noted, and deliveries are the inbox's.
struct RecordedEffects: PositionPlans, DeliveryBook {
    let usable: Recorder<String>
    let waits: Recorder<String>
    let held: Recorder<Int64>
    let released: Recorder<Int64>

    func planAgain(
        cardID: String, programID: String, accountChanged: Bool, at now: PostgresTimestamp
    ) -> [PostgresStatement] {
        (accountChanged ? usable : waits).add("\(cardID) \(programID)")
        return []
    }

    func hold(_ ids: [Int64], reason: String, now: PostgresTimestamp) -> [PostgresStatement] {
        ids.forEach(held.add)
        return InboxStore().hold(ids, reason: reason, now: now)
    }

    func release(_ ids: [Int64], reasons: [String: String], now: PostgresTimestamp) -> [PostgresStatement] {
        ids.forEach(released.add)
        return InboxStore().release(ids, reasons: reasons, now: now)
    }

    func answered(among ids: [Int64]) -> Query<Int64> { InboxStore().answered(among: ids) }
}
