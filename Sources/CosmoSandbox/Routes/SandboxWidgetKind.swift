import Synchronization

/// The two widgets (contract section 7).
enum SandboxWidgetKind: String, Sendable, Hashable {
    case multibrand
    case pointExchange = "point-exchange"
}
