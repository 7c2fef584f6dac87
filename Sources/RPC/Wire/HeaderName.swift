/// Compares a header's name or value with a text known in advance.
func headerEquals(_ bytes: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool {
    guard bytes.count == text.utf8CodeUnitCount else { return false }
    for position in 0..<bytes.count where bytes[position] != text.utf8Start[position] { return false }
    return true
}

/// Says whether a header's name or value begins with a text known in advance.
func headerHasPrefix(_ bytes: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool {
    guard bytes.count >= text.utf8CodeUnitCount else { return false }
    return headerEquals(UnsafeBufferPointer(rebasing: bytes[..<text.utf8CodeUnitCount]), text)
}
