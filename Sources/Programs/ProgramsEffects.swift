package import PostgreSQL

/// What else happens in the transactions of this room; composition fills it from the rooms concerned.
package struct ProgramsEffects: Sendable {
    /// Issuing to a program may have become possible: issuance must look at its positions again.
    package let onTermsChanged: @Sendable (_ programID: String) -> [PostgresStatement]

    /// Makes the effects; nothing more happens by default.
    package init(onTermsChanged: @escaping @Sendable (_ programID: String) -> [PostgresStatement] = { _ in [] }) {
        self.onTermsChanged = onTermsChanged
    }
}

/// The channel on which a change of any program is announced to every process, without a payload.
package let programsChangedChannel = "programs_changed"
