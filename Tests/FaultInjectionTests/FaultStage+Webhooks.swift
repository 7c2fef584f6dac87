import Inbox
import Issuance
import Preferences
import Wiring

extension FaultStage {
    var preferences: PreferencesContext { wiring(pool).preferences() }

    /// Has the worker apply what is due; entries that failed are due again at once.
    var inboxWorker: InboxWorker {
        InboxWorker(
            inbox: inbox, pool: pool,
            handlers: [
                .programConnection: ApplyConnectionEvent(context: preferences),
                .transaction: ConfirmTransaction(pool: pool, cosmo: cosmo, configuration: Self.issuance),
            ],
            logger: Self.logger, random: { $0.lowerBound })
    }
}
