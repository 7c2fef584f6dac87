/// The receiver's token endpoint refused us.
struct ReceiverTokenFailure: Error {
    let status: Int
}
