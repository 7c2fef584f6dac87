/// One series: a handle that the code writes to and the scrape reads.
protocol MetricSeries: AnyObject, Sendable {
    var key: SeriesKey { get }
    /// Writes the series' sample lines.
    func write(into text: inout String)
}
