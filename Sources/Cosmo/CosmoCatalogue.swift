/// The programs Cosmo offers, kept for a short while because prices and limits change (contract section 4.2).
///
/// **Concurrency**: safe from any task; however many ask at once, Cosmo is asked once.
public final class CosmoCatalogue: Sendable {
    private let kept: SharedFetch<[CosmoProgram]>

    /// Makes a catalogue over a Cosmo API that keeps an answer for `lifetime`.
    public init(cosmo: any CosmoAPI, lifetime: Duration = .seconds(300)) {
        kept = SharedFetch(call: .programs) { () async throws(CosmoError) in
            .init(value: try await cosmo.programs(), usableFor: lifetime)
        }
    }

    /// Every program, at most `lifetime` old.
    public func programs() async throws(CosmoError) -> [CosmoProgram] {
        try await kept.value()
    }

    /// One program by id, nil when Cosmo does not offer it.
    public func program(_ id: String) async throws(CosmoError) -> CosmoProgram? {
        try await kept.value().first { $0.id == id }
    }

    /// Forgets what is kept, so that the next question goes to Cosmo.
    public func refresh() {
        kept.drop()
    }
}
