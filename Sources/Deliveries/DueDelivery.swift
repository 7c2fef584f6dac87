/// A verified delivery of Cosmo whose turn has come, as its handler sees it.
package struct DueDelivery: Sendable, Hashable {
    /// Its number in the inbox.
    package let inboxID: Int64
    /// The `x-timestamp` header exactly as sent, or the second of arrival when the authentication mode sends none.
    package let stamp: String
    /// The body, byte for byte. Holds personal data.
    package let body: [UInt8]
    /// How often it was tried before.
    package let attempts: Int

    /// Makes a delivery.
    package init(inboxID: Int64, stamp: String, body: [UInt8], attempts: Int = 0) {
        self.inboxID = inboxID
        self.stamp = stamp
        self.body = body
        self.attempts = attempts
    }
}
