/// What names a series: its family and its labels.
struct SeriesKey: Sendable, Hashable {
    let family: String
    let labels: LabelSet
}
