import PostgreSQL

/// How many issuance calls may start, for which program: caps, and rest for programs that fail.
///
/// A value type; the sender keeps it behind a lock and passes the time in.
struct SenderSlots: Sendable {
    private struct Program {
        var inFlight = 0
        var failures = 0
        var restsUntil: PostgresTimestamp?
    }

    let totalMax: Int
    let perProgramMax: Int
    private(set) var inFlight = 0
    private var programs: [String: Program] = [:]

    init(totalMax: Int, perProgramMax: Int) {
        self.totalMax = totalMax
        self.perProgramMax = perProgramMax
    }

    /// How many issuances to claim for each of the programs that have some due.
    ///
    /// The free slots are dealt out evenly, one program after the other, so that a long backlog of one program does not
    /// keep the others waiting. A program that failed is tried with a single call first.
    func wanted(_ due: [String], at now: PostgresTimestamp) -> [(programID: String, count: Int)] {
        var rooms = due.map { id -> (programID: String, room: Int) in
            let program = programs[id] ?? Program()
            if let restsUntil = program.restsUntil, restsUntil > now { return (id, 0) }
            return (id, (program.failures > 0 ? 1 : perProgramMax) - program.inFlight)
        }
        var free = totalMax - inFlight
        var counts = [Int](repeating: 0, count: rooms.count)
        while free > 0, rooms.contains(where: { $0.room > 0 }) {
            for index in rooms.indices where rooms[index].room > 0 && free > 0 {
                rooms[index].room -= 1
                counts[index] += 1
                free -= 1
            }
        }
        return zip(rooms, counts).compactMap { $1 > 0 ? ($0.programID, $1) : nil }
    }

    /// When the next program has rested that rests now; nil when none does.
    func nextRestEnd(after now: PostgresTimestamp) -> PostgresTimestamp? {
        programs.values.compactMap(\.restsUntil).filter { $0 > now }.min()
    }

    mutating func began(_ programID: String) {
        inFlight += 1
        programs[programID, default: Program()].inFlight += 1
    }

    mutating func ended(_ programID: String) {
        inFlight -= 1
        programs[programID]?.inFlight -= 1
        if let program = programs[programID], program.inFlight == 0, program.failures == 0 { programs[programID] = nil }
    }

    /// The program answered, well or with a refusal: it is there.
    mutating func answered(_ programID: String) {
        programs[programID]?.failures = 0
        programs[programID]?.restsUntil = nil
    }

    /// A call of the program failed for a reason that the next call may meet as well.
    mutating func failed(_ programID: String, restUntil: (_ failures: Int) -> PostgresTimestamp) {
        var program = programs[programID] ?? Program()
        program.failures += 1
        let end = restUntil(program.failures)
        program.restsUntil = max(program.restsUntil ?? end, end)
        programs[programID] = program
    }
}
