extension Decision {
    /// The versions of the byte form; a change of the form is a new number, and old ones stay readable.
    enum Format: Int64, CaseIterable {
        /// Without what the later one adds.
        case first = 1
        /// With fixed parts in the certificate, with the issuer's own program in the fallback, or with both.
        case second = 2
    }

    /// The version this decision is written in: the first that can hold it, so that its bytes never change.
    var format: Format { certificate.fixed.isEmpty && fallback.ownProgramID == nil ? .first : .second }

    /// The decision as canonical JSON: the bytes that are stored, and that a replay must reproduce (I-9).
    ///
    /// **Cost** A few microseconds for three legs, one growing buffer.
    public func canonicalBytes() -> [UInt8] {
        var writer = CanonicalJSONWriter(capacity: 512 + 384 * legs.count)
        writer.literal("{\"certificate\":{\"after\":")
        writer.integer(certificate.totalAfter)
        writer.literal(",\"before\":")
        writer.integer(certificate.totalBefore)
        if !certificate.fixed.isEmpty {
            writer.literal(",\"fixed\":")
            writer.integers(certificate.fixed)
        }
        writer.literal(",\"shares\":")
        writer.integers(certificate.shares)
        writer.literal(",\"weights\":")
        writer.string(certificate.weights.canonicalText)
        writer.literal("},\"excluded\":")
        writer.integer(excludedMinor)
        writer.literal(",\"fallback\":{")
        if let ownProgram = fallback.ownProgramID {
            writer.literal("\"ownProgram\":")
            writer.string(ownProgram)
            writer.literal(",")
        }
        writer.literal("\"noLinks\":")
        writer.string(fallback.noLinks.rawValue)
        writer.literal(",\"refused\":")
        writer.string(fallback.refused.rawValue)
        writer.literal("},\"format\":")
        writer.integer(format.rawValue)
        writer.literal(",\"held\":")
        writer.integer(heldMinor)
        writer.literal(",\"input\":")
        writer.input(input)
        writer.literal(",\"legs\":[")
        for (index, leg) in legs.enumerated() {
            if index > 0 { writer.literal(",") }
            writer.leg(leg)
        }
        writer.literal("],\"preferenceVersion\":")
        writer.integer(preferenceVersion)
        if let remainderRule {
            writer.literal(",\"remainderRule\":")
            writer.string(remainderRule.rawValue)
        }
        writer.literal("}")
        return writer.bytes
    }
}

extension CanonicalJSONWriter {
    fileprivate mutating func integers(_ values: [Int64]) {
        literal("[")
        for (index, value) in values.enumerated() {
            if index > 0 { literal(",") }
            integer(value)
        }
        literal("]")
    }

    fileprivate mutating func input(_ input: SpendInput) {
        literal("{\"amount\":")
        integer(input.purchase.amount.minorUnits)
        literal(",\"attributes\":{")
        let names = input.purchase.cardAttributes.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for (index, name) in names.enumerated() {
            if index > 0 { literal(",") }
            string(name)
            literal(":")
            string(input.purchase.cardAttributes[name] ?? "")
        }
        literal("},\"card\":")
        string(input.cardID)
        literal(",\"country\":")
        string(input.purchase.merchantCountry)
        literal(",\"currency\":")
        string(input.purchase.amount.currency.text)
        literal(",\"mcc\":")
        string(input.purchase.merchantCategoryCode)
        literal(",\"merchant\":")
        string(input.purchase.merchantName)
        literal(",\"occurredAtMicros\":")
        integer(input.purchase.occurredAtMicros)
        literal(",\"spend\":")
        string(input.spendID)
        literal("}")
    }

    fileprivate mutating func leg(_ leg: Leg) {
        literal("{\"adjustments\":[")
        for (index, adjustment) in leg.adjustments.enumerated() {
            if index > 0 { literal(",") }
            literal("{\"amount\":")
            integer(adjustment.amountMinor)
            literal(",\"effect\":")
            string(adjustment.effect.rawValue)
            literal(",\"reason\":")
            string(adjustment.reason)
            literal("}")
        }
        literal("],\"amount\":")
        integer(leg.amountMinor)
        if let earning = leg.earning {
            switch earning.unit {
            case .points: literal(",\"earning\":{\"microPoints\":")
            case .value: literal(",\"earning\":{\"microMinor\":")
            }
            integer(earning.micro)
            literal("}")
        }
        if let faultReason = leg.faultReason {
            literal(",\"fault\":")
            string(faultReason)
        }
        literal(",\"offered\":")
        integer(leg.offeredMinor)
        if let totals = leg.periodTotals {
            literal(",\"periodTotals\":{\"accepted\":")
            integer(totals.acceptedMinor)
            literal(",\"earned\":")
            integer(totals.earnedMicro)
            literal("}")
        }
        if let plugin = leg.plugin {
            literal(",\"plugin\":{\"configurationVersion\":")
            integer(plugin.configurationVersion)
            literal(",\"digest\":")
            string(plugin.digest)
            literal(",\"name\":")
            string(plugin.plugin)
            literal("}")
        }
        literal(",\"program\":")
        string(leg.programID)
        literal(",\"status\":")
        string(leg.status.rawValue)
        literal("}")
    }
}
