import Admission
import HTTP2
import Logging

/// What all connections of a server share.
final class RPCService: Sendable {
    let configuration: RPCServerConfiguration
    let table: PathTable
    let observers: [RPCRouter.Observer]
    let logger: Logger
    let requestBytes: RequestBytes
    /// Handlers that run off their event loop.
    let handlers = HandlerCount()

    init(configuration: RPCServerConfiguration, router: RPCRouter, logger: Logger) {
        self.configuration = configuration
        table = PathTable(router.methods)
        observers = router.observers
        self.logger = logger
        requestBytes = RequestBytes(limit: configuration.requestBytesMax)
    }

    func observe(_ record: RPCCallRecord) {
        for observer in observers { observer(record) }
    }
}
