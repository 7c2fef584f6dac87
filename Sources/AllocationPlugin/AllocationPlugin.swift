public import Rewards

/// The rule of one kind of loyalty program: what does its share of a spend earn?
///
/// A plugin is made from one program's configuration and then asked about every share that is offered to the program.
/// It is pure: the answer follows from the configuration and the request alone; no clock, no randomness, no input or
/// output, no state. Time, totals and card attributes come in with the request, so that a decision replays byte for
/// byte (I-9).
///
/// **What an answer must satisfy** (the conformance suite and the host check it):
/// - between nothing and the whole share is accepted, and the accepted amounts are a prefix: with everything else equal
///   the program takes everything up to some capacity and nothing beyond it;
/// - the earning depends on what is accepted, is never negative, never falls as the accepted amount grows, is zero on
///   zero, and is always points or always value;
/// - the refused adjustments sum to exactly what is refused; the unearned and the rated ones to no more than is
///   accepted.
///
/// **Errors** A throw parks the leg with the error's reason; it neither loses the spend nor stops the service.
/// **Concurrency** Called from many threads at once.
public protocol AllocationPlugin: Sendable {
    /// The name programs are configured with, such as `flat-rate`: lower-case letters, digits and hyphens.
    static var name: String { get }
    /// The version, such as `1.0.0`; it changes whenever an answer could.
    static var version: String { get }
    /// One sentence for lists.
    static var summary: String { get }
    /// A JSON Schema of the configuration, for forms and documentation; the initialiser is what enforces it.
    static var configurationSchema: String { get }

    /// Makes the rule of one program.
    ///
    /// **Errors** ``PluginConfigurationError``, which names the place and what is allowed there.
    init(configuration: JSONValue) throws(PluginConfigurationError)

    /// The period whose totals the rule needs, or nil; see ``AllocationRequest/periodTotals``.
    var accumulates: Period? { get }

    /// Answers one offer.
    func allocate(_ request: AllocationRequest) throws(AllocationError) -> AllocationAnswer
}

extension AllocationPlugin {
    /// No period: the totals are always zero.
    public var accumulates: Period? { nil }
}
