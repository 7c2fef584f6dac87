/// How many rows a page of a listing holds, the same in every room (proto/multibrand/v1/common.proto, "Pages").
public enum PageSize {
    /// The size of a page when the caller names none.
    public static let unnamed = 50
    /// The largest page; a larger size is cut to it.
    public static let max = 500

    /// The rows to give for the size a caller named, 0 for none; nil for a negative one.
    public static func rows(_ wanted: Int) -> Int? {
        if wanted < 0 { return nil }
        return wanted == 0 ? unnamed : Swift.min(wanted, max)
    }
}
