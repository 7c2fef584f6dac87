package import Issuance
package import Logging
import PostgreSQL
package import Spending

extension RoomWiring {
    /// What spends earn and refunds take back, written to positions.
    package var positions: PositionStore { PositionStore(planDelay: planDelay) }

    /// Records spends.
    package func recordSpend(
        _ configuration: SpendingConfiguration, held: HeldCards = HeldCards(), logger: Logger
    ) -> RecordSpend {
        RecordSpend(
            pool: pool, configuration: configuration, plugins: catalogue, positions: positions,
            positionsDue: positionsDue, spendsRecorded: spendsRecorded, held: held, now: now, logger: logger)
    }

    /// Shows what recording a spend would do.
    package func previewSpend(_ configuration: SpendingConfiguration) -> PreviewSpend {
        PreviewSpend(pool: pool, configuration: configuration, plugins: catalogue, now: now)
    }

    /// Decides parked legs again.
    package func retryParkedLegs(_ configuration: SpendingConfiguration) -> RetryParkedLegs {
        RetryParkedLegs(
            pool: pool, configuration: configuration, plugins: catalogue, positions: positions,
            positionsDue: positionsDue, now: now)
    }

    /// The use cases about refunds, with the worker that takes those which came before their spends.
    package func refunds(
        _ configuration: SpendingConfiguration, logger: Logger
    ) -> (record: RecordRefund, undo: UndoRefund, reattribute: ReattributeRefund, worker: RefundWorker) {
        (
            RecordRefund(
                pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, positions: positions,
                positionsDue: positionsDue, now: now),
            UndoRefund(
                pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, positions: positions,
                positionsDue: positionsDue, now: now),
            ReattributeRefund(
                pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, positions: positions,
                positionsDue: positionsDue, now: now),
            RefundWorker(
                pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, positions: positions,
                positionsDue: positionsDue, spendsRecorded: spendsRecorded, now: now, logger: logger)
        )
    }

    /// What decides held money: the operators' call, and the worker.
    package func releases(
        _ configuration: SpendingConfiguration, held: HeldCards = HeldCards(),
        spendsPerBatch: Int = ReleaseWorker.spendsPerBatch, logger: Logger
    ) -> (call: ReleaseHeld, worker: ReleaseWorker) {
        (
            ReleaseHeld(
                pool: pool, configuration: configuration, plugins: catalogue, positions: positions,
                positionsDue: positionsDue, spendsPerBatch: spendsPerBatch, now: now),
            ReleaseWorker(
                pool: pool, configuration: configuration, plugins: catalogue, positions: positions, held: held,
                positionsDue: positionsDue, spendsPerBatch: spendsPerBatch, now: now, logger: logger)
        )
    }
}
