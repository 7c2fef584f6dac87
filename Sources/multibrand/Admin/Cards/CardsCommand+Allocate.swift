import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

extension CardsCommand {
    struct Allocate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set the shares of linked programs.",
            discussion: "EXAMPLE\n  multibrand admin cards allocate card-1 prg_sky=60 prg_hotel=40")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "The card's id.") var cardID: String
        @Argument(help: "PROGRAM=PARTS, one for each program.") var shares: [String]
        @Option(help: "Refuse when another version is in force; 0 takes any.") var expectedVersion: Int64 = 0
        @Option(help: "Makes the call repeatable.") var request: RequestID = .made()

        func validate() throws { _ = try shares.map(Self.share) }

        func run() async throws {
            let shares = try shares.map(Self.share)
            try await admin.connected { connection in
                let preferences: Multibrand_V1_Preferences = try await connection.call(
                    "PreferenceService/SetAllocation",
                    Multibrand_V1_SetAllocationRequest.with {
                        $0.cardID = cardID
                        $0.shares = shares
                        $0.expectedVersion = expectedVersion
                        $0.requestID = request.text
                    })
                try connection.show(preferences) { preferences.table }
            }
        }

        /// Ids may hold an equals sign; the parts are behind the last one.
        static func share(_ text: String) throws -> Multibrand_V1_Share {
            guard let sign = text.lastIndex(of: "="), sign != text.startIndex,
                let parts = Int32(text[text.index(after: sign)...]), parts >= 0
            else { throw ValidationError("\(text) must read PROGRAM=PARTS, such as prg_sky=60") }
            return Multibrand_V1_Share.with {
                $0.programID = String(text[..<sign])
                $0.parts = parts
            }
        }
    }
}
