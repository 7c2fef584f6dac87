package import Hummingbird
package import HummingbirdCore

extension HTTPServerBuilder {
    /// Our own HTTP/1.1 for a Hummingbird application whose responder takes bodies as they come, such as a router.
    ///
    /// - Parameter bodyBytesMax: how much of a body is read, whole, before the responder is called; more is 413.
    package static func door<Responder: HTTPResponder>(
        _ responder: Responder, bodyBytesMax: Int, limits: HTTPConnectionLimits = HTTPConnectionLimits(),
        budget: BodyBudget = BodyBudget()
    ) -> HTTPServerBuilder where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        HTTPServerBuilder { _ in
            DoorChannel(
                responder: responder, limits: limits, budget: budget, tls: nil,
                refuse: { DoorAnswer($0, HTTPFaultAnswer($0)) },
                bodyBytesReadAhead: bodyBytesMax)
        }
    }
}
