extension StoredDecision {
    /// Reads formats 1 and 2, the members in the order of the bytes of their names.
    ///
    /// Format 2 has members that format 1 knows nothing of, each only where it says something; without one it is format
    /// 1.
    init(_ bytes: [UInt8]) throws(Unreadable) {
        let read = bytes.withUnsafeBytes { bytes in
            Result { () throws(Unreadable) in
                var cursor = DecisionCursor(bytes)
                let decision = try StoredDecision(&cursor)
                guard cursor.isAtEnd else { throw cursor.unreadable("more than a decision") }
                return decision
            }
        }
        self = try read.get()
    }

    private init(_ cursor: inout DecisionCursor) throws(Unreadable) {
        try cursor.expect("{\"certificate\":{\"after\":")
        totalAfter = try cursor.integer()
        try cursor.expect(",\"before\":")
        totalBefore = try cursor.integer()
        if cursor.take(",\"fixed\":") {
            fixed = try cursor.list { cursor throws(Unreadable) in try cursor.integer() }
            guard fixed.contains(where: { $0 != 0 }) else { throw cursor.unreadable("fixed parts of nothing") }
        } else {
            fixed = []
        }
        try cursor.expect(",\"shares\":")
        shares = try cursor.list { cursor throws(Unreadable) in try cursor.integer() }
        try cursor.expect(",\"weights\":")
        weights = try cursor.string()
        try cursor.expect("},\"excluded\":")
        excludedMinor = try cursor.integer()
        try cursor.expect(",\"fallback\":{")
        ownProgramID = cursor.take("\"ownProgram\":") ? try cursor.string() : nil
        try cursor.expect(ownProgramID == nil ? "\"noLinks\":" : ",\"noLinks\":")
        noLinksFallback = try cursor.string()
        try cursor.expect(",\"refused\":")
        refusedFallback = try cursor.string()
        let isSecond = ownProgramID != nil || !fixed.isEmpty
        try cursor.expect(isSecond ? "},\"format\":2,\"held\":" : "},\"format\":1,\"held\":")
        heldMinor = try cursor.integer()
        try cursor.expect(",\"input\":{\"amount\":")
        amountMinor = try cursor.integer()
        try cursor.expect(",\"attributes\":")
        try cursor.skipAttributes()
        try cursor.expect(",\"card\":")
        cardID = try cursor.string()
        try cursor.expect(",\"country\":")
        merchantCountry = try cursor.string()
        try cursor.expect(",\"currency\":")
        currencyCode = try cursor.string()
        try cursor.expect(",\"mcc\":")
        merchantCategoryCode = try cursor.string()
        try cursor.expect(",\"merchant\":")
        merchantName = try cursor.string()
        try cursor.expect(",\"occurredAtMicros\":")
        occurredAtMicros = try cursor.integer()
        try cursor.expect(",\"spend\":")
        spendID = try cursor.string()
        try cursor.expect("},\"legs\":")
        legs = try cursor.list { cursor throws(Unreadable) in try Leg(&cursor) }
        try cursor.expect(",\"preferenceVersion\":")
        preferenceVersion = try cursor.integer()
        remainderRule = cursor.take(",\"remainderRule\":") ? try cursor.string() : nil
        try cursor.expect("}")
    }
}

extension StoredDecision.Leg {
    fileprivate init(_ cursor: inout DecisionCursor) throws(StoredDecision.Unreadable) {
        try cursor.expect("{\"adjustments\":")
        adjustments = try cursor.list { cursor throws(StoredDecision.Unreadable) in
            try StoredDecision.Adjustment(&cursor)
        }
        try cursor.expect(",\"amount\":")
        amountMinor = try cursor.integer()
        if cursor.take(",\"earning\":{\"microPoints\":") {
            unit = "points"
            earnedMicro = try cursor.integer()
            try cursor.expect("}")
        } else if cursor.take(",\"earning\":{\"microMinor\":") {
            unit = "value"
            earnedMicro = try cursor.integer()
            try cursor.expect("}")
        } else {
            unit = nil
            earnedMicro = 0
        }
        fault = cursor.take(",\"fault\":") ? try cursor.string() : nil
        try cursor.expect(",\"offered\":")
        offeredMinor = try cursor.integer()
        if cursor.take(",\"periodTotals\":{\"accepted\":") {
            let accepted = try cursor.integer()
            try cursor.expect(",\"earned\":")
            periodTotals = PeriodSums(accepted: Int128(accepted), earned: Int128(try cursor.integer()))
            try cursor.expect("}")
        } else {
            periodTotals = nil
        }
        if cursor.take(",\"plugin\":{\"configurationVersion\":") {
            let version = try cursor.integer()
            try cursor.expect(",\"digest\":")
            let digest = try cursor.string()
            try cursor.expect(",\"name\":")
            plugin = StoredDecision.Plugin(name: try cursor.string(), digest: digest, configurationVersion: version)
            try cursor.expect("}")
        } else {
            plugin = nil
        }
        try cursor.expect(",\"program\":")
        programID = try cursor.string()
        if cursor.take(",\"status\":\"PARKED\"}") {
            isParked = true
            guard unit == nil, fault != nil else { throw cursor.unreadable("a parked leg that earned or has no fault") }
        } else {
            try cursor.expect(",\"status\":\"EARNED\"}")
            isParked = false
            guard unit != nil, fault == nil, plugin != nil else {
                throw cursor.unreadable("an earned leg without earning or plugin, or with a fault")
            }
        }
    }
}

extension StoredDecision.Adjustment {
    fileprivate init(_ cursor: inout DecisionCursor) throws(StoredDecision.Unreadable) {
        try cursor.expect("{\"amount\":")
        amountMinor = try cursor.integer()
        try cursor.expect(",\"effect\":")
        effect = try cursor.string()
        try cursor.expect(",\"reason\":")
        reason = try cursor.string()
        try cursor.expect("}")
    }
}

extension DecisionCursor {
    /// The elements of an array.
    fileprivate mutating func list<Element>(
        _ element: (inout DecisionCursor) throws(StoredDecision.Unreadable) -> Element
    ) throws(StoredDecision.Unreadable) -> [Element] {
        try expect("[")
        var elements: [Element] = []
        while !take("]") {
            if !elements.isEmpty { try expect(",") }
            elements.append(try element(&self))
        }
        return elements
    }

    /// The card's attributes: they are in no column, so only their form can be held to anything.
    fileprivate mutating func skipAttributes() throws(StoredDecision.Unreadable) {
        try expect("{")
        var previous: String?
        while !take("}") {
            if previous != nil { try expect(",") }
            let name = try string()
            if let previous, !previous.utf8.lexicographicallyPrecedes(name.utf8) {
                throw unreadable("attributes out of order")
            }
            try expect(":")
            _ = try string()
            previous = name
        }
    }
}
