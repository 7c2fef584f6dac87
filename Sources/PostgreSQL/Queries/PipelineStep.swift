/// What a pipeline takes: a ``Query``, which answers its rows; a ``PostgresStatement``, which answers how many rows it
/// affected or found; an optional or an array of either, for what is known at run time only.
package protocol PipelineStep: Sendable {
    /// What its answer is read as.
    associatedtype Answer

    /// Its statements, in the order in which they run.
    var statements: [PostgresStatement] { get }

    /// Takes the results of its statements from the front and reads them.
    ///
    /// **Errors** `PostgresError` of kind `decoding`; what the reader of a query throws.
    func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> Answer
}

/// Sends the statements of all steps together and has each step read its results.
private func answers<each Step: PipelineStep>(
    to step: repeat each Step, from send: ([PostgresStatement]) async throws -> [PostgresResult]
) async throws -> (repeat (each Step).Answer) {
    var statements: [PostgresStatement] = []
    repeat statements += (each step).statements
    var results = try await send(statements)[...]
    return try (repeat (each step).takeAnswer(from: &results))
}

extension PostgresConnection {
    /// Runs all steps in one round trip and returns their answers in order.
    ///
    /// **Guarantees** Outside a transaction the statements are one implicit transaction: all of them apply or none
    /// does.
    ///
    /// **Errors** The first refused statement's error; the server skips what follows it. Then the first error of
    /// reading.
    package func pipeline<each Step: PipelineStep>(
        _ step: repeat each Step
    ) async throws -> (repeat (each Step).Answer) {
        try await answers(to: repeat each step) { try await pipeline($0) }
    }

    /// Runs one step, whose statements go in one round trip, and returns its answer; guarantees and errors as above.
    package func pipeline<Step: PipelineStep>(_ step: Step) async throws -> Step.Answer {
        var results = try await pipeline(step.statements)[...]
        return try step.takeAnswer(from: &results)
    }
}

extension PostgresPool {
    /// Runs all steps in one round trip on a connection of its own lease and returns their answers in order.
    ///
    /// **Guarantees** and **Errors** As those of `PostgresConnection`, outside a transaction.
    package func pipeline<each Step: PipelineStep>(
        _ step: repeat each Step
    ) async throws -> (repeat (each Step).Answer) {
        try await answers(to: repeat each step) { try await pipeline($0) }
    }
}

extension PostgresStatement: PipelineStep {
    /// Itself.
    package var statements: [PostgresStatement] { [self] }

    /// The number of rows inserted, updated, deleted or found.
    package func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> Int {
        try results.takeFirst().affectedRows
    }
}

extension Query: PipelineStep {
    /// The one that is sent.
    package var statements: [PostgresStatement] { [statement] }

    /// The rows, in order.
    package func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> [Row] {
        try results.takeFirst().map(read)
    }
}

extension Optional: PipelineStep where Wrapped: PipelineStep {
    /// Those of the step, if there is one.
    package var statements: [PostgresStatement] { self?.statements ?? [] }

    /// The step's answer, if there is a step.
    package func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> Wrapped.Answer? {
        try map { try $0.takeAnswer(from: &results) }
    }
}

extension Array: PipelineStep where Element: PipelineStep {
    /// Those of all steps.
    package var statements: [PostgresStatement] { flatMap(\.statements) }

    /// The answer of each step.
    package func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> [Element.Answer] {
        try map { try $0.takeAnswer(from: &results) }
    }
}

extension ArraySlice<PostgresResult> {
    fileprivate mutating func takeFirst() throws(PostgresError) -> PostgresResult {
        guard let result = popFirst() else { throw .connectionLost("a statement gave no result") }
        return result
    }
}
