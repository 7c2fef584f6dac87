/// What a refresh changes: a pure comparison of Cosmo's catalogue with what is stored.
struct CatalogueChange: Sendable, Equatable {
    /// Programs that are new or differ.
    private(set) var written: [CatalogueEntry] = []
    /// Programs of which nothing differs.
    private(set) var unchanged: [String] = []
    /// Programs that the catalogue no longer has.
    private(set) var unlisted: [String] = []
    /// Entries by the id of a program that pays into the wallet; they are left out, since it is not Cosmo's.
    private(set) var taken: [String] = []
    /// Programs whose positions issuance must look at again.
    private(set) var termsChanged: [String] = []

    /// Whether any process must read again.
    var isVisible: Bool { !written.isEmpty || !unlisted.isEmpty }

    init(stored: [Program], catalogue: [CatalogueEntry]) {
        let known = Dictionary(stored.map { ($0.programID, $0) }) { first, _ in first }
        let listed = Set(catalogue.map(\.programID))
        for entry in catalogue {
            guard let program = known[entry.programID] else {
                written.append(entry)
                termsChanged.append(entry.programID)
                continue
            }
            guard program.paysInto == .cosmo else {
                taken.append(entry.programID)
                continue
            }
            if entry.differs(from: program) {
                written.append(entry)
            } else {
                unchanged.append(entry.programID)
            }
            if entry.termsDiffer(from: program) { termsChanged.append(entry.programID) }
        }
        unlisted = stored.filter { $0.paysInto == .cosmo && $0.isListed && !listed.contains($0.programID) }.map(
            \.programID)
    }
}
