import Access
import Cosmo
import Logging
import MultibrandAPI
import PostgreSQL
import Preferences
import Programs
import RPC
import Rewards
import SwiftProtobuf

/// `multibrand.v1.PreferenceService`: proto/multibrand/v1/preferences.proto says what each call does.
struct PreferenceDoor: Sendable {
    let registerCard: RegisterCard
    let reader: PreferencesReader
    let preferencesAsOf: GetPreferencesAsOf
    let setAllocation: SetAllocation
    let linkProgram: LinkProgram
    let delinkProgram: DelinkProgram
    let listChanges: ListPreferenceChanges
    let createWidgetSession: CreateWidgetSession
    let programs: ProgramDoor

    func register(in routes: inout DoorRoutes) {
        routes.service = "multibrand.v1.PreferenceService"
        routes.unary("RegisterCard", .platform, audits: { AuditedPart($0.cardID) }) {
            (request: Multibrand_V1_RegisterCardRequest, _, audit) in
            let answer = try await registerCard(
                RegisterCard.Request(
                    cardID: request.cardID, userID: request.userID, currencyCode: request.currencyCode,
                    sourceUserID: request.sourceUserID.isEmpty ? nil : request.sourceUserID,
                    cardProgram: request.cardProgram), audit: audit)
            return Multibrand_V1_Card(answer.card, replayed: answer.isReplayed)
        }
        routes.unary("GetPreferences", .platform) { (request: Multibrand_V1_GetPreferencesRequest, _) in
            guard request.hasAsOf || request.hasKnownAt else {
                if let snapshot = reader.cached(request.cardID) { return Multibrand_V1_Preferences(snapshot) }
                return Multibrand_V1_Preferences(try await reader.load(request.cardID))
            }
            return Multibrand_V1_Preferences(
                try await preferencesAsOf(
                    request.cardID, asOf: try request.hasAsOf ? request.asOf.instant("as_of") : nil,
                    knownAt: try request.hasKnownAt ? request.knownAt.instant("known_at") : nil))
        }
        routes.unary(
            "SetAllocation", .platform,
            audits: { request in
                let shares = request.shares.prefix(SetAllocation.sharesMax).map { "\($0.programID) \($0.parts)" }
                return AuditedPart(request.cardID, ["shares": shares.joined(separator: ", ")])
            }
        ) { (request: Multibrand_V1_SetAllocationRequest, _, audit) in
            let shares = request.shares.map { SetAllocation.Share(programID: $0.programID, parts: Int($0.parts)) }
            return Multibrand_V1_Preferences(
                try await setAllocation(
                    SetAllocation.Request(
                        cardID: request.cardID, shares: shares, expectedVersion: request.expectedVersion,
                        requestID: request.requestID), audit: audit))
        }
        routes.unary(
            "LinkProgram", .platform, audits: { AuditedPart($0.cardID, ["program_id": $0.programID]) }
        ) { (request: Multibrand_V1_LinkProgramRequest, _, audit) in
            Multibrand_V1_Preferences(
                try await linkProgram(
                    LinkProgram.Request(
                        cardID: request.cardID, programID: request.programID,
                        account: request.destinationAccount.account,
                        parts: request.parts == 0 ? nil : Int(request.parts), requestID: request.requestID),
                    audit: audit))
        }
        routes.unary(
            "DelinkProgram", .platform, audits: { AuditedPart($0.cardID, ["program_id": $0.programID]) }
        ) { (request: Multibrand_V1_DelinkProgramRequest, _, audit) in
            Multibrand_V1_Preferences(
                try await delinkProgram(
                    DelinkProgram.Request(
                        cardID: request.cardID, programID: request.programID, requestID: request.requestID),
                    audit: audit))
        }
        routes.unary("ListPreferenceChanges", .platform) {
            (request: Multibrand_V1_ListPreferenceChangesRequest, _) in
            let page = try await listChanges(
                cardID: request.cardID, pageSize: Int(request.pageSize), pageToken: request.pageToken)
            return Multibrand_V1_ListPreferenceChangesResponse.with {
                $0.changes = page.changes.map(Multibrand_V1_PreferenceChange.init)
                $0.nextPageToken = page.nextPageToken
            }
        }
        routes.serverStreaming("WatchPreferences", .platform, limits: RPCMethodLimits(messageBytesMax: 4096)) {
            (request: Multibrand_V1_WatchPreferencesRequest, writer: RPCWriter<Multibrand_V1_Preferences>, _) in
            try await reader.watch(request.cardID) { try await writer.send(Multibrand_V1_Preferences($0)) }
        }
        routes.unary("CreateWidgetSession", .platform) { (request: Multibrand_V1_CreateWidgetSessionRequest, _) in
            let kind: CosmoWidgetKind
            switch request.kind {
            case .multibrand: kind = .multibrand
            case .purchase: kind = .pointExchange
            case .unspecified, .UNRECOGNIZED: throw InvalidField("kind", "must be MULTIBRAND or PURCHASE")
            }
            let session = try await createWidgetSession(cardID: request.cardID, kind: kind)
            return Multibrand_V1_WidgetSession.with {
                $0.accessToken = session.accessToken
                $0.launchURL = session.launchURL ?? ""
                $0.expiresAt = .init(session.expiresAt)
            }
        }
        programs.register(in: &routes)
    }
}
