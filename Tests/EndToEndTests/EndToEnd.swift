import Testing

/// The whole service as a process of its own, between a card platform and a Cosmo that keeps books of its own.
///
/// One after the other: each test here has a machine's worth of processes.
@Suite("End to end", .serialized)
enum EndToEnd {}
