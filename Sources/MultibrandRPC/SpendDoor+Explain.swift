import Access
import MultibrandAPI
import RPC
import Rewards
import SwiftProtobuf

extension SpendDoor {
    /// One spend as a page.
    func registerExplanation(in routes: inout DoorRoutes) {
        routes.unary("ExplainSpend", .platform) { (request: Multibrand_V1_ExplainSpendRequest, _) in
            Multibrand_V1_SpendExplanation(ExplanationPage(try await explainSpend(request.spendID)))
        }
    }
}

extension Multibrand_V1_SpendExplanation {
    init(_ page: ExplanationPage) {
        self.init()
        sections = page.sections.map { section in
            Multibrand_V1_ExplanationSection.with {
                $0.title = section.title
                $0.lines = section.lines
                $0.factsJson = String(decoding: section.facts.canonicalBytes, as: UTF8.self)
            }
        }
    }
}
