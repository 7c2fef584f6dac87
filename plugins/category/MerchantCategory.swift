/// A group of ISO 18245 merchant category codes under a name that configurations use.
struct MerchantCategory: Sendable {
    let name: String
    let ranges: [ClosedRange<Int>]
}
