/// The faults in force and the chance each runs on.
struct FaultSchedule: Sendable {
    private var entries: [(fault: SandboxFault, chance: SplitMix64)] = []

    var faults: [SandboxFault] { entries.map(\.fault) }

    init(_ faults: [SandboxFault] = []) {
        entries = faults.map { ($0, SplitMix64(state: $0.seed)) }
    }

    /// The first fault that strikes a call, spent by one.
    mutating func strike(_ call: SandboxFault.Call) -> SandboxFault? {
        for index in entries.indices where entries[index].fault.calls.contains(call) {
            if entries[index].fault.count == 0 { continue }
            let roll = entries[index].chance.next() % 1000
            guard roll < UInt64(max(0, entries[index].fault.probabilityPerMille)) else { continue }
            if let count = entries[index].fault.count { entries[index].fault.count = count - 1 }
            return entries[index].fault
        }
        return nil
    }
}
