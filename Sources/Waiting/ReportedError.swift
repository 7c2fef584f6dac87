/// An error that may be the echo of an outage which its source has logged already, such as that of a database.
package protocol ReportedError: Error {
    /// Whether the outage behind it is logged where it is noticed first.
    var isReported: Bool { get }
}
