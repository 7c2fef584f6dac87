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
        routes.unary(Self.service + "ListInbox") { (request: Multibrand_V1_ListInboxRequest, _) in
            let page = try await listInbox(
                status: request.status, kind: request.kind, pageSize: Int(request.pageSize),
                pageToken: request.pageToken)
            return Multibrand_V1_ListInboxResponse.with {
                $0.entries = page.entries.map { Multibrand_V1_InboxEntry($0) }
                $0.nextPageToken = page.nextPageToken
            }
        }
        routes.unary(Self.service + "GetInboxEntry") { (request: Multibrand_V1_GetInboxEntryRequest, context) in
            // Bodies hold personal data: who looked is recorded.
            let action = OperatorActions.record(
                by: context.caller, action: "GetInboxEntry", subject: "inbox/\(request.inboxID)")
            return Multibrand_V1_InboxEntry(try await inbox.entry(request.inboxID, also: [action]), withBody: true)
        }
        routes.unary(Self.service + "ReplayInboxEntry") { (request: Multibrand_V1_ReplayInboxEntryRequest, context) in
            let action = OperatorActions.record(
                by: context.caller, action: "ReplayInboxEntry", subject: "inbox/\(request.inboxID)")
            return Multibrand_V1_InboxEntry(try await inbox.replay(request.inboxID, also: [action]))
        }
        routes.unary(Self.service + "ResolveHeldEvent") { (request: Multibrand_V1_ResolveHeldEventRequest, context) in
            let verdict: ResolveHeldEvent.Verdict = request.isRetry ? .isRetry : .stands
            let action = OperatorActions.record(
                by: context.caller, action: "ResolveHeldEvent", subject: "inbox/\(request.inboxID)",
                detail: request.isRetry ? ["verdict": "retry"] : [:])
            let snapshots = try await resolveHeldEvent(
                inboxID: request.inboxID, verdict: verdict, operatorID: context.caller.clientID, also: [action])
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
