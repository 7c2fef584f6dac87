extension Decision {
    /// Reads back what ``canonicalBytes()`` wrote.
    ///
    /// **Guarantees** Only the canonical form is taken: writing the result gives the same bytes. It is not yet checked;
    /// see ``check()``.
    /// **Errors** ``DecisionDecodingError``.
    public init(canonicalBytes bytes: [UInt8]) throws(DecisionDecodingError) {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw .notJSON
        }
        guard document["format"]?.int64.flatMap(Format.init) != nil else { throw .unknownFormat }
        guard let decision = Self(document), decision.canonicalBytes() == bytes else { throw .notCanonical }
        self = decision
    }

    private init?(_ document: JSONValue) {
        guard let input = document["input"].flatMap(SpendInput.init(document:)),
            let preferenceVersion = document["preferenceVersion"]?.int64,
            let fallback = document["fallback"].flatMap(FallbackPolicy.init(document:)),
            let certificate = document["certificate"].flatMap(Certificate.init(document:)),
            let legDocuments = document["legs"]?.array,
            let excluded = document["excluded"]?.int64, let held = document["held"]?.int64
        else { return nil }
        let legs = legDocuments.compactMap(Leg.init(document:))
        let rule = document["remainderRule"]?.string
        guard legs.count == legDocuments.count, rule == nil || rule.flatMap(RemainderRule.init) != nil else {
            return nil
        }
        self.init(
            input: input, preferenceVersion: preferenceVersion, fallback: fallback, certificate: certificate,
            legs: legs,
            excludedMinor: excluded, heldMinor: held, remainderRule: rule.flatMap(RemainderRule.init))
    }
}

extension SpendInput {
    fileprivate init?(document: JSONValue) {
        guard let spendID = document["spend"]?.string, let cardID = document["card"]?.string,
            let minorUnits = document["amount"]?.int64,
            let currency = document["currency"]?.string.flatMap({ try? CurrencyCode($0) }),
            let code = document["mcc"]?.string, let name = document["merchant"]?.string,
            let country = document["country"]?.string, let occurredAt = document["occurredAtMicros"]?.int64,
            let members = document["attributes"]?.object?.members
        else { return nil }
        var attributes: [String: String] = [:]
        for member in members { attributes[member.name] = member.value.string }
        self.init(
            spendID: spendID, cardID: cardID,
            purchase: Purchase(
                amount: Money(currency: currency, minorUnits: minorUnits), merchantCategoryCode: code,
                merchantName: name, merchantCountry: country, occurredAtMicros: occurredAt,
                cardAttributes: attributes))
    }
}

extension FallbackPolicy {
    fileprivate init?(document: JSONValue) {
        guard let noLinks = document["noLinks"]?.string.flatMap(Fallback.init),
            let refused = document["refused"]?.string.flatMap(Fallback.init)
        else { return nil }
        self.init(noLinks: noLinks, refused: refused, ownProgramID: document["ownProgram"]?.string)
    }
}

extension Certificate {
    fileprivate init?(document: JSONValue) {
        guard let text = document["weights"]?.string, let weights = try? WeightVector(canonicalText: text),
            let before = document["before"]?.int64, let after = document["after"]?.int64,
            let shares = document["shares"]?.array
        else { return nil }
        self.init(
            weights: weights, totalBefore: before, totalAfter: after, shares: shares.compactMap(\.int64),
            fixed: document["fixed"]?.array?.compactMap(\.int64) ?? [])
    }
}

extension Leg {
    fileprivate init?(document: JSONValue) {
        guard let programID = document["program"]?.string,
            let status = document["status"]?.string.flatMap(Status.init),
            let offered = document["offered"]?.int64, let amount = document["amount"]?.int64,
            let adjustments = document["adjustments"]?.array
        else { return nil }
        self.init(
            programID: programID, status: status, offeredMinor: offered, amountMinor: amount,
            earning: Earning(document: document["earning"]),
            faultReason: document["fault"]?.string, adjustments: adjustments.compactMap(Adjustment.init(document:)),
            plugin: document["plugin"].flatMap(PluginIdentity.init(document:)),
            periodTotals: document["periodTotals"].flatMap(PeriodTotals.init(document:)))
    }
}

extension Earning {
    init?(document: JSONValue?) {
        if let micro = document?["microPoints"]?.int64 {
            self = .points(MicroPoints(micro))
        } else if let micro = document?["microMinor"]?.int64 {
            self = .value(microMinor: micro)
        } else {
            return nil
        }
    }
}

extension Adjustment {
    fileprivate init?(document: JSONValue) {
        guard let effect = document["effect"]?.string.flatMap(Effect.init), let reason = document["reason"]?.string,
            let amount = document["amount"]?.int64
        else { return nil }
        self.init(effect, reason: reason, amountMinor: amount)
    }
}

extension PluginIdentity {
    init?(document: JSONValue) {
        guard let name = document["name"]?.string, let digest = document["digest"]?.string,
            let version = document["configurationVersion"]?.int64
        else { return nil }
        self.init(plugin: name, digest: digest, configurationVersion: version)
    }
}

extension PeriodTotals {
    init?(document: JSONValue) {
        guard let accepted = document["accepted"]?.int64, let earned = document["earned"]?.int64 else { return nil }
        self.init(acceptedMinor: accepted, earnedMicro: earned)
    }
}
