import Cosmo
import PostgreSQL

/// What names a row of `links`.
struct LinkKey: Sendable {
    var cardID = ""
    var programID = ""
}
