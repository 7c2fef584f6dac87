/// The header `grpc-timeout` (gRPC over HTTP/2): at most eight digits and a unit.
enum RPCTimeout {
    /// The longest time that a timer is set for: peers may name thousands of years, which timers cannot count.
    static let timerMax = Duration.seconds(30 * 24 * 3600)

    /// The duration that the value encodes; `nil` when it is malformed.
    static func parse(_ value: UnsafeBufferPointer<UInt8>) -> Duration? {
        guard (2...9).contains(value.count) else { return nil }
        var number: Int64 = 0
        for digit in value.dropLast() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        switch value[value.count - 1] {
        case UInt8(ascii: "H"): return .seconds(number * 3600)
        case UInt8(ascii: "M"): return .seconds(number * 60)
        case UInt8(ascii: "S"): return .seconds(number)
        case UInt8(ascii: "m"): return .milliseconds(number)
        case UInt8(ascii: "u"): return .microseconds(number)
        case UInt8(ascii: "n"): return .nanoseconds(number)
        default: return nil
        }
    }

    /// The value for a duration, rounded up to the finest unit that has room for it.
    static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return "0n" }
        let limit: Int64 = 99_999_999
        let units: [(name: String, perSecond: Int64)] = [
            ("n", 1_000_000_000), ("u", 1_000_000), ("m", 1_000), ("S", 1),
        ]
        for unit in units where seconds <= limit / unit.perSecond {
            let size = 1_000_000_000_000_000_000 / unit.perSecond
            let count = seconds * unit.perSecond + (attoseconds + size - 1) / size
            if count <= limit { return "\(count)\(unit.name)" }
        }
        return seconds / 60 < limit ? "\(seconds / 60 + 1)M" : "\(min(seconds / 3600 + 1, limit))H"
    }
}
