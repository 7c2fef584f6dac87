import Waiting

extension IssuanceConfiguration {
    /// Between attempts of a loop that cannot go on: it keeps a distance, which grows from the poll interval.
    var loopBackoff: Backoff { Backoff(base: pollInterval * 2, cap: backoffMax, jitter: .equal) }

    /// Between attempts to send: spread out, so that what failed together does not come back together.
    var sendBackoff: Backoff { Backoff(base: backoffMin, cap: backoffMax) }

    /// Between attempts to list a day's transactions.
    var listBackoff: Backoff { Backoff(base: backoffMin * 2, cap: backoffMax, jitter: .equal) }

    /// Between questions to Cosmo about a webhook that matches nothing.
    var webhookBackoff: Backoff { Backoff(base: webhookRetryDelay, cap: backoffMax, jitter: .equal) }

    /// Between reads of an issue: each keeps a distance, since Cosmo may need time to show what it has.
    var readBackoff: Backoff { Backoff(base: readDelayMin, cap: readDelayMax, jitter: .equal) }
}
