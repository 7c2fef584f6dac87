extension SandboxCore {
    /// The outcome of an issuance call, when it was not refused.
    enum IssuanceOutcome: Sendable {
        /// Issued, or issued before; `deliveries` are to be sent now, and `effect` says how to answer.
        case issued(SandboxTransaction, deliveries: [UInt64], effect: SandboxEffect)
        /// Nothing is recorded and nothing will be answered.
        case lost
    }

    /// The program of a call, in the contract's order: it exists, then its partnership is active (section 6).
    static func program(_ id: String, in rules: Rules) throws(SandboxRefusal) -> SandboxProgram {
        guard let program = rules.data.programs.first(where: { $0.id == id }) else {
            throw SandboxRefusal(.invalidProgram)
        }
        guard program.isActive else { throw SandboxRefusal(.noPartnership) }
        return program
    }

    /// The effect of a predefined member id, after the program's required fields were checked.
    static func effect(
        of account: [String: String], program: SandboxProgram, in rules: Rules,
        on call: KeyPath<SandboxErrorRow, SandboxEffect>
    ) throws(SandboxRefusal) -> SandboxEffect {
        let missing = program.fields.filter { $0.value && (account[$0.key] ?? "").isEmpty }.keys.sorted()
        guard missing.isEmpty else {
            throw SandboxRefusal(.missingFields, messages: missing.map { "\($0) must be a non-empty string" })
        }
        var keys = [account["destinationUserId"]]
        if rules.switches.errorTableKnowsEmail { keys.append(account["destinationUserEmail"]) }
        let row = rules.data.errors.first { row in keys.contains(row.destinationUserId) }
        return row?[keyPath: call] ?? .none
    }

    /// Issues points: every check of contract section 6 in its order, then the commit.
    func issue(_ request: IssuanceRequest) async throws(SandboxRefusal) -> IssuanceOutcome {
        let now = Self.nowMilliseconds()
        return try await commit { state throws(SandboxRefusal) in
            let program = try Self.program(request.programID, in: state.rules)
            let effect = try Self.effect(of: request.account, program: program, in: state.rules, on: \.onIssuance)
            if let cause = effect.refusal { throw SandboxRefusal(cause) }
            if effect == .timeoutLost { return (.lost, []) }
            let points = try Self.points(request, program: program, switches: state.rules.switches)
            if let known = state.books.transaction(reference: request.referenceNumber) {
                switch state.rules.switches.duplicateReference {
                case .reject409: throw SandboxRefusal(.duplicateReference)
                case .replay: return (.issued(known, deliveries: [], effect: effect), [])
                case .issueAgain: break
                }
            }
            let transaction = SandboxTransaction(
                id: Self.freshID("tx_"), referenceNumber: request.referenceNumber, programID: request.programID,
                value: request.value, currency: request.currency ?? program.localCurrency, account: request.account,
                points: points, note: request.note, isBonus: request.isBonus, createdAtMilliseconds: now)
            guard state.books.canCredit(points, programID: program.id, accountKey: transaction.accountKey) else {
                throw SandboxRefusal(.pointsLimit)
            }
            var entries: [JournalEntry] = [.issued(transaction)]
            var deliveries: [UInt64] = []
            if state.rules.switches.sendsTransactionWebhooks {
                let body = Self.transactionBody(transaction, isBare: state.rules.switches.bareTransactionWebhook)
                for copy in 0..<UInt64(max(1, state.rules.switches.webhookCopies)) {
                    let id = state.books.nextDeliveryID + copy
                    deliveries.append(id)
                    entries.append(.queued(Self.delivery(id, .transaction, body)))
                }
            }
            return (.issued(transaction, deliveries: deliveries, effect: effect), entries)
        }
    }

    /// The points of a request within the program's limits, both ends included (section 5.2).
    static func points(
        _ request: IssuanceRequest, program: SandboxProgram, switches: SandboxSwitches
    ) throws(SandboxRefusal) -> Int64 {
        if request.currency == IssuanceRequest.exactPoints {
            guard switches.pointsModeEnabled, program.allowsExactPoints else {
                throw SandboxRefusal(.pointsModeDisabled)
            }
            try requireWithin(request.value, program, switches)
            return request.value
        }
        if switches.currencyMustBeLocal, let currency = request.currency, currency != program.localCurrency {
            throw SandboxRefusal(.currencyMismatch)
        }
        return try points(value: request.value, program: program, switches: switches)
    }

    /// The points a value buys, with both limits checked.
    static func points(
        value: Int64, program: SandboxProgram, switches: SandboxSwitches
    ) throws(SandboxRefusal) -> Int64 {
        let hasMaximum = program.maxValue > 0 || !switches.zeroMaximumIsUnlimited
        guard value >= program.minValue, !hasMaximum || value <= program.maxValue else {
            throw SandboxRefusal(.valueLimit)
        }
        guard let points = PointConversion.points(value: value, program: program, switches: switches) else {
            throw SandboxRefusal(.pointsLimit)
        }
        try requireWithin(points, program, switches)
        return points
    }

    private static func requireWithin(
        _ points: Int64, _ program: SandboxProgram, _ switches: SandboxSwitches
    ) throws(SandboxRefusal) {
        let hasMaximum = program.maxAmountOfPoints > 0 || !switches.zeroMaximumIsUnlimited
        guard points >= program.minAmountOfPoints, !hasMaximum || points <= program.maxAmountOfPoints else {
            throw SandboxRefusal(.pointsLimit)
        }
    }

    static func delivery(_ id: UInt64, _ kind: SandboxWebhookKind, _ body: String) -> SandboxDelivery {
        SandboxDelivery(id: id, kind: kind, body: body, state: .pending, attempts: 0, lastOutcome: nil)
    }

    /// The body of a transaction webhook (section 8.2).
    static func transactionBody(_ transaction: SandboxTransaction, isBare: Bool) -> String {
        var members: [String: WireValue] = [
            "transactionId": .string(transaction.id), "value": .integer(transaction.value),
            "destinationAccount": .object(transaction.account.mapValues { .string($0) }),
        ]
        if !isBare {
            members["referenceNumber"] = .string(transaction.referenceNumber)
            members["destinationProgramId"] = .string(transaction.programID)
            members["currency"] = .string(transaction.currency)
            members["totalPoints"] = .integer(transaction.points)
            members["date"] = .string(iso8601(transaction.createdAtMilliseconds))
        }
        return String(decoding: WireValue.object(members).utf8, as: UTF8.self)
    }
}
