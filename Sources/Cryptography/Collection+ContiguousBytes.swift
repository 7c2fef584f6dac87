extension Collection where Element == UInt8 {
    /// Calls the closure with the bytes in one piece, copying them only when the collection is not contiguous.
    func withContiguousBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withContiguousStorageIfAvailable(body) ?? Array(self).withUnsafeBufferPointer(body)
    }
}
