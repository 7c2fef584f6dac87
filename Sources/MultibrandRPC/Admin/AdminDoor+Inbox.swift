import Access
import Foundation
import Inbox
import MultibrandAPI
import Preferences
import RPC
import SwiftProtobuf

extension AdminDoor {
    /// Webhook deliveries, and what a person decides about them.
    func registerInbox(in routes: inout DoorRoutes) {
        routes.unary("ListInbox", .operator) { (request: Multibrand_V1_ListInboxRequest, _) in
            let page = try await listInbox(
                status: request.status, kind: request.kind, pageSize: Int(request.pageSize),
                pageToken: request.pageToken)
            return Multibrand_V1_ListInboxResponse.with {
                $0.entries = page.entries.map { Multibrand_V1_InboxEntry($0) }
                $0.nextPageToken = page.nextPageToken
            }
        }
        // Bodies hold personal data: who looked is recorded.
        routes.unary("GetInboxEntry", .operator, audits: { AuditedPart("inbox/\($0.inboxID)") }) {
            (request: Multibrand_V1_GetInboxEntryRequest, _, audit) in
            Multibrand_V1_InboxEntry(try await inbox.entry(request.inboxID, audit: audit), withBody: true)
        }
        routes.unary("ReplayInboxEntry", .operator, audits: { AuditedPart("inbox/\($0.inboxID)") }) {
            (request: Multibrand_V1_ReplayInboxEntryRequest, _, audit) in
            Multibrand_V1_InboxEntry(try await inbox.replay(request.inboxID, audit: audit))
        }
        routes.unary(
            "ResolveHeldEvent", .operator,
            audits: { AuditedPart("inbox/\($0.inboxID)", $0.isRetry ? ["verdict": "retry"] : [:]) }
        ) { (request: Multibrand_V1_ResolveHeldEventRequest, context, audit) in
            let verdict: ResolveHeldEvent.Verdict = request.isRetry ? .isRetry : .counts
            let snapshots = try await resolveHeldEvent(
                inboxID: request.inboxID, verdict: verdict, operatorID: context.caller.clientID, audit: audit)
            return Multibrand_V1_ResolveHeldEventResponse.with {
                $0.preferences = snapshots.map { Multibrand_V1_Preferences($0) }
            }
        }
    }
}

extension Multibrand_V1_InboxEntry {
    init(_ entry: InboxEntry, withBody: Bool = false) {
        self.init()
        inboxID = entry.id
        kind = entry.kind.rawValue
        stamp = entry.stamp
        status = entry.status.rawValue
        reason = entry.reason ?? ""
        attempts = Int32(clamping: entry.attempts)
        deliveries = Int32(clamping: entry.deliveries)
        authentication = entry.authentication
        receivedAt = .init(entry.receivedAt)
        if let settled = entry.settledAt { settledAt = .init(settled) }
        if withBody { body = Data(entry.body) }
    }
}
