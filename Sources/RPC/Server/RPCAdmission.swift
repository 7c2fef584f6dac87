/// What lets the calls of a method in: runs at the headers of a call, before anything of its body is taken.
///
/// It may leave values in the context, and refuses the call by throwing `RPCError`.
package struct RPCAdmission: Sendable {
    let atOnce: @Sendable (inout RPCContext) throws -> Bool
    let later: @Sendable (inout RPCContext) async throws -> Void

    /// Makes an admission.
    ///
    /// - Parameters:
    ///   - atOnce: Decides without waiting, if it can; false means that `later` must decide. A call that can be
    ///     admitted from memory then needs no task.
    ///   - later: Decides, and may wait; no more than a stream's first window of the body is taken meanwhile.
    package init(
        atOnce: @escaping @Sendable (inout RPCContext) throws -> Bool = { _ in false },
        _ later: @escaping @Sendable (inout RPCContext) async throws -> Void
    ) {
        self.atOnce = atOnce
        self.later = later
    }
}
