extension SandboxSwitches {
    /// One line of the printed profile.
    package struct Row: Sendable, Hashable {
        /// The switch's name, as the control interface takes it.
        package let name: String
        /// Its value now.
        package let value: String
        /// The contract's default.
        package let standard: String

        /// Whether the switch is set otherwise than the contract assumes.
        package var isChanged: Bool { value != standard }
    }

    /// Every switch with its value and default, in the order of their names.
    package func rows() -> [Row] {
        guard case .object(let now)? = try? WireValue.of(self),
            case .object(let standard)? = try? WireValue.of(SandboxSwitches())
        else { return [] }
        return now.keys.sorted().map { name in
            Row(name: name, value: Self.text(now[name]), standard: Self.text(standard[name]))
        }
    }

    /// The profile as a table: changed switches are marked.
    package func table() -> String {
        let rows = rows()
        let width = rows.map(\.name.count).max() ?? 0
        let lines = rows.map { row in
            let name = row.name + String(repeating: " ", count: width - row.name.count)
            let note = row.isChanged ? "  (changed; the contract assumes \(row.standard))" : ""
            return "  \(row.isChanged ? "*" : " ") \(name)  \(row.value)\(note)"
        }
        return "Inferred behaviours of this sandbox; none of them is proven of the real Cosmo:\n"
            + lines.joined(separator: "\n")
    }

    /// These switches with some of them changed by name.
    ///
    /// **Errors**: `SandboxInputError` for a name that does not exist or a value it cannot take.
    func changed(by changes: [String: WireValue]) throws -> SandboxSwitches {
        guard case .object(var members) = try WireValue.of(self) else { return self }
        for (name, value) in changes {
            guard members[name] != nil else { throw SandboxInputError("there is no switch named \(name)") }
            members[name] = value
        }
        do {
            return try WireValue.object(members).decoded(SandboxSwitches.self)
        } catch {
            let names = changes.keys.sorted().joined(separator: ", ")
            throw SandboxInputError("a value does not fit its switch, among: \(names)")
        }
    }

    private static func text(_ value: WireValue?) -> String {
        guard let value else { return "" }
        if let text = value.string { return text.isEmpty ? "none" : text }
        return String(decoding: value.utf8, as: UTF8.self)
    }
}
