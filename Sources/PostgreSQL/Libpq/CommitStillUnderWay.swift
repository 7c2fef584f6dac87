import CPostgreSQL
import Glibc

/// A COMMIT was not answered in the time its caller had. It goes on at the server.
struct CommitStillUnderWay: Error {}
