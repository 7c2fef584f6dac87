extension History {
    /// Does one thing, and notes how long it took.
    func perform(_ operation: Operation) async throws {
        let began = ContinuousClock.now
        switch operation {
        case .registerCard: try await registerSomeCard()
        case .hear: try await hearSomething()
        case .hearAgain: try await hearAgain()
        case .returnToEarlierWord: try await returnToEarlierWord()
        case .learnOfAnswer: try await learnOfAnswer()
        case .callAsPlatform: try await callAsPlatform()
        case .resolveHeld: try await resolveHeld()
        case .allocate: try await allocate()
        case .checkLinks: try await checkLinks()
        case .spend: try await spendSomething()
        case .spendAgain: try await spendAgain()
        case .spendOtherwise: try await spendOtherwise()
        case .spendAtOnce: try await spendAtOnce()
        case .reachLimit: try await reachLimit()
        case .preview: try await previewSomething()
        case .recordPreviewed: try await recordPreviewed()
        case .authorize: try await authorize()
        case .clear: try await clear()
        case .reverse: try await reverse()
        case .configure: try await configureSomething()
        case .settle: try await settleParkedLegs()
        case .pauseOrResume: try await pauseOrResume()
        case .plan: try await plan()
        case .send: try await send()
        case .resolve: try await resolve()
        case .deliverWebhook: try await deliverWebhook()
        case .operate: try await operate()
        case .reconcile: try await reconcile()
        case .refund: try await refundSomething()
        case .refundUnnamed: try await refundUnnamed()
        case .refundAmiss: try await refundAmiss()
        case .undo: try await undoSomething()
        case .writeOff: try await writeOff()
        case .release: try await releaseSomething()
        case .letTimePass: try await letTimePass()
        }
        tally.time(operation.rawValue, since: began)
    }
}
