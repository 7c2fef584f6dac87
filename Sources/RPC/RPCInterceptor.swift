/// What runs at the headers of a call, before anything of its body is taken.
struct RPCInterceptor: Sendable {
    /// Decides without waiting, when it can; false says that ``later`` has to be asked.
    let atOnce: @Sendable (inout RPCContext) throws -> Bool
    /// Decides, and may wait.
    let later: RPCRouter.Interceptor
}
