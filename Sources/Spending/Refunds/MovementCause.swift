import Cards
import PluginRuntime
import PostgreSQL
import Rewards

/// Why a movement was made.
enum MovementCause: String, Sendable {
    case refund, undo, reattribution, settlement, release
}
