import Foundation
import HTTPTypes
import NIOHTTP1
import Testing

@testable import WalletHTTP

@Suite("The OpenAPI document and the door")
struct OpenAPITests {
    @Test("each path and method that is served is documented under its operation, and nothing else is")
    func routes() {
        let served = WalletEndpoint.allCases.map { "\($0.method.rawValue) \($0.template)" }
        let outline = OpenAPIOutline(openAPIDocument)
        #expect(Set(outline.calls.keys) == Set(served + ["GET /openapi.yaml"]))
        for endpoint in WalletEndpoint.allCases {
            let call = "\(endpoint.method.rawValue) \(endpoint.template)"
            #expect(outline.operations[call] == endpoint.rawValue)
            #expect(outline.calls[call]?.contains(401) == true && outline.calls[call]?.contains(500) == true)
        }
    }

    @Test("the document is served to anybody, byte for byte as it lies in docs/")
    func document() async throws {
        try await WalletDoor.with { door in
            let answer = try await door.get("/openapi.yaml", as: nil)
            #expect(answer.status == 200)
            #expect(answer.headers.first(name: "Content-Type") == "application/yaml; charset=utf-8")
            let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            #expect(Data(answer.bytes) == FileManager.default.contents(atPath: root.path + "/docs/openapi.yaml"))
            #expect(try await door.send(.HEAD, "/openapi.yaml", as: nil).status == 200)
            let posted = try await door.post("/openapi.yaml", as: nil, "{}")
            #expect(posted.status == 405 && posted.headers.first(name: "Allow") == "GET, HEAD")
        }
    }
}
