import Synchronization

extension CosmoSandbox {
    /// Every transaction, in the order they were issued.
    package func transactions() -> [SandboxTransaction] { core.state.withLock { $0.books.transactions } }

    /// The sandbox's own books: what it issued, by program and account.
    package func balances() -> [SandboxBalance] { core.state.withLock { $0.books.allBalances() } }

    /// Deliveries by state, in the order of their numbers; bodies of delivered ones are no longer kept.
    package func deliveries(_ state: SandboxDelivery.State? = nil) -> [SandboxDelivery] {
        core.state.withLock { core in
            core.books.deliveries.values.filter { state == nil || $0.state == state }.sorted { $0.id < $1.id }
        }
    }

    /// How many deliveries are in each state; cheap enough to be asked again and again.
    package func deliveryCount(_ state: SandboxDelivery.State) -> Int {
        core.state.withLock { $0.books.count(of: state) }
    }

    /// How often a call was made since the sandbox started, by path such as `POST /transactions`.
    package func callCount(_ call: String) -> Int { core.state.withLock { $0.calls[call] ?? 0 } }

    /// The inferred behaviours in force; they may be changed at any time.
    package var switches: SandboxSwitches {
        get { core.switches }
        set { core.state.withLock { $0.rules.switches = newValue } }
    }

    /// Injects faults in place of those in force.
    package func setFaults(_ faults: [SandboxFault]) {
        core.state.withLock { $0.faults = FaultSchedule(faults) }
    }

    /// Names the receiver of one kind of webhook; what is pending goes there from now on.
    package func setWebhook(_ kind: SandboxWebhookKind, _ endpoint: SandboxWebhookEndpoint?) {
        core.setEndpoint(kind, endpoint)
    }

    /// Reports links, edits or removals by webhook; returns the deliveries' numbers.
    ///
    /// **Errors**: `SandboxInputError` when the disk refused the journal.
    @discardableResult
    package func send(_ events: [SandboxConnectionEvent]) async throws -> [UInt64] {
        do {
            return try await core.queue(events: events)
        } catch {
            throw SandboxInputError("the journal could not be written")
        }
    }

    /// Delivers a webhook with exactly this body; returns the deliveries' numbers.
    ///
    /// **Errors**: `SandboxInputError` when the disk refused the journal.
    @discardableResult
    package func send(_ kind: SandboxWebhookKind, body: String) async throws -> [UInt64] {
        do {
            return try await core.queue(kind: kind, body: body)
        } catch {
            throw SandboxInputError("the journal could not be written")
        }
    }

    /// Makes every pending or given-up delivery due now; returns how many there are.
    @discardableResult
    package func deliverNow() -> Int { core.deliverNow() }

    /// Ends every token it gave out, as an expiry would.
    package func revokeTokens() { core.tokens.revokeAll() }

    /// Reads the data file again.
    ///
    /// **Errors**: `SandboxInputError`; the data in force stays.
    package func reload() throws { try core.reload() }
}

extension SandboxCore {
    /// Reads the data file again, when there is one.
    func reload() throws {
        guard let path = configuration.dataFilePath else { return }
        let data = try SandboxDataFile(path: path)
        state.withLock { $0.rules.data = data }
    }
}
