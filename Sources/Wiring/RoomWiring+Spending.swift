import Issuance
package import Logging
import PostgreSQL
package import Spending

extension RoomWiring {
    /// What spends earn and refunds take back, written to positions.
    package var positions: PositionSink {
        { [now, planDelay] in PositionStore.change($0, at: now(), planDelay: planDelay) }
    }

    /// Records spends.
    package func recordSpend(
        _ configuration: SpendingConfiguration, onEarned: @escaping @Sendable () -> Void = {},
        onRecorded: @escaping @Sendable () -> Void = {},
        onHeld: @escaping @Sendable (_ cardID: String) -> Void = { _ in },
        logger: Logger
    ) -> RecordSpend {
        RecordSpend(
            pool: pool, configuration: configuration, plugins: plugins, positions: positions, onEarned: onEarned,
            onRecorded: onRecorded, onHeld: onHeld, now: now, logger: logger)
    }

    /// Shows what recording a spend would do.
    package func previewSpend(_ configuration: SpendingConfiguration) -> PreviewSpend {
        PreviewSpend(pool: pool, configuration: configuration, plugins: plugins, now: now)
    }

    /// Decides parked legs again.
    package func retryParkedLegs(
        _ configuration: SpendingConfiguration, onEarned: @escaping @Sendable () -> Void = {}
    ) -> RetryParkedLegs {
        RetryParkedLegs(
            pool: pool, configuration: configuration, plugins: plugins, positions: positions, onEarned: onEarned,
            now: now)
    }

    /// The use cases about refunds, with the worker that takes those which came before their spends.
    package func refunds(
        _ configuration: SpendingConfiguration, onClawedBack: @escaping @Sendable () -> Void = {}, logger: Logger
    ) -> (record: RecordRefund, undo: UndoRefund, reattribute: ReattributeRefund, worker: RefundWorker) {
        (
            RecordRefund(
                pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, positions: positions,
                onClawedBack: onClawedBack, now: now),
            UndoRefund(
                pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, positions: positions,
                onClawedBack: onClawedBack, now: now),
            ReattributeRefund(
                pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, positions: positions,
                onClawedBack: onClawedBack, now: now),
            RefundWorker(
                pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, positions: positions,
                onClawedBack: onClawedBack, now: now, logger: logger)
        )
    }

    /// What decides held money: the operators' call, and the worker.
    package func releases(
        _ configuration: SpendingConfiguration, onEarned: @escaping @Sendable () -> Void = {},
        spendsPerBatch: Int = ReleaseWorker.spendsPerBatch, logger: Logger
    ) -> (call: ReleaseHeld, worker: ReleaseWorker) {
        (
            ReleaseHeld(
                pool: pool, configuration: configuration, plugins: plugins, positions: positions, onEarned: onEarned,
                spendsPerBatch: spendsPerBatch, now: now),
            ReleaseWorker(
                pool: pool, configuration: configuration, plugins: plugins, positions: positions, onEarned: onEarned,
                spendsPerBatch: spendsPerBatch, now: now, logger: logger)
        )
    }
}
