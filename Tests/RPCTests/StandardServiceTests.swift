import NIOCore
import RPC
import SwiftProtobuf
import Testing

@Suite("Health and reflection", .timeLimit(.minutes(15)))
struct StandardServiceTests {
    @Test("Check answers for the server and for named services; an unknown name is NOT_FOUND")
    func check() async throws {
        let health = HealthService(server: .serving)
        health.set(.notServing, for: "a.B")
        var router = RPCRouter()
        router.add(health)
        try await withEcho(router) { client in
            func check(_ name: String) async throws -> Grpc_Health_V1_HealthCheckResponse.ServingStatus {
                let response: Grpc_Health_V1_HealthCheckResponse = try await client.unary(
                    "/grpc.health.v1.Health/Check", Grpc_Health_V1_HealthCheckRequest.with { $0.service = name })
                return response.status
            }
            let (server, named) = (try await check(""), try await check("a.B"))
            #expect(server == .serving && named == .notServing)
            let error = await #expect(throws: RPCError.self) { _ = try await check("c.D") }
            #expect(error?.code == .notFound)
        }
    }

    @Test("Watch tells the state and each change")
    func watch() async throws {
        let health = HealthService(server: .serving)
        var router = RPCRouter()
        router.add(health)
        try await withEcho(router) { client in
            let request = Grpc_Health_V1_HealthCheckRequest.with { $0.service = "a.B" }
            try await client.serverStreaming("/grpc.health.v1.Health/Watch", request) {
                (answers: RPCMessages<Grpc_Health_V1_HealthCheckResponse>) async throws in
                var iterator = answers.makeAsyncIterator()
                #expect(try await iterator.next()?.status == .serviceUnknown)
                health.set(.serving, for: "a.B")
                #expect(try await iterator.next()?.status == .serving)
                health.setAllNotServing()
                #expect(try await iterator.next()?.status == .notServing)
            }
        }
    }

    @Test("reflection answers under both names", arguments: ["v1", "v1alpha"])
    func reflection(version: String) async throws {
        var file = Google_Protobuf_FileDescriptorProto.with {
            $0.name = "test.proto"
            $0.package = "test"
            $0.dependency = ["other.proto"]
        }
        file.messageType = [
            .with {
                $0.name = "Outer"; $0.nestedType = [.with { $0.name = "Inner" }]
            }
        ]
        file.service = [
            .with {
                $0.name = "Echo"; $0.method = [.with { $0.name = "Get" }]
            }
        ]
        let other = Google_Protobuf_FileDescriptorProto.with { $0.name = "other.proto" }
        let set: [UInt8] = try Google_Protobuf_FileDescriptorSet.with { $0.file = [file, other] }.serializedBytes()
        var router = RPCRouter.echo
        router.add(try ReflectionService(descriptorSet: set))
        typealias Question = Grpc_Reflection_V1_ServerReflectionRequest
        try await withEcho(router) { client in
            try await client.bidirectional("/grpc.reflection.\(version).ServerReflection/ServerReflectionInfo") {
                (writer: RPCWriter<Question>, answers: RPCMessages<Grpc_Reflection_V1_ServerReflectionResponse>)
                    async throws in
                var iterator = answers.makeAsyncIterator()
                try await writer.send(.with { $0.listServices = "" })
                let services = try await iterator.next()?.listServicesResponse.service.map(\.name) ?? []
                #expect(services.contains("test.Echo") && services.contains("grpc.reflection.v1.ServerReflection"))
                for symbol in ["test.Echo", "test.Echo.Get", "test.Outer.Inner", ".test.Outer"] {
                    try await writer.send(.with { $0.fileContainingSymbol = symbol })
                    let files = try await iterator.next()?.fileDescriptorResponse.fileDescriptorProto ?? []
                    let names = try files.map { try Google_Protobuf_FileDescriptorProto(serializedBytes: $0).name }
                    #expect(names == ["test.proto", "other.proto"])
                }
                try await writer.send(.with { $0.fileByFilename = "none.proto" })
                #expect(try await iterator.next()?.errorResponse.errorCode == 5)
                try await writer.send(.with { $0.allExtensionNumbersOfType = "test.Outer" })
                #expect(try await iterator.next()?.allExtensionNumbersResponse.baseTypeName == "test.Outer")
                try await writer.send(Question())
                #expect(try await iterator.next()?.errorResponse.errorCode == 3)
                writer.finish()
                #expect(try await iterator.next() == nil)
            }
        }
    }

    @Test("health takes names, not books", arguments: ["Check", "Watch"])
    func longNames(method: String) async throws {
        var router = RPCRouter()
        router.add(HealthService(server: .serving))
        try await withEcho(router) { client in
            let request = Grpc_Health_V1_HealthCheckRequest.with { $0.service = String(repeating: "x", count: 2_000) }
            let error = await #expect(throws: RPCError.self) {
                if method == "Check" {
                    let _: Grpc_Health_V1_HealthCheckResponse = try await client.unary(
                        "/grpc.health.v1.Health/Check", request)
                } else {
                    try await client.serverStreaming("/grpc.health.v1.Health/Watch", request) {
                        (answers: RPCMessages<Grpc_Health_V1_HealthCheckResponse>) async throws in
                        for try await _ in answers {}
                    }
                }
            }
            #expect(error?.code == .resourceExhausted)
        }
    }

    @Test("one connection has four watches at once, and a fifth when one has ended")
    func watchesPerConnection() async throws {
        var router = RPCRouter()
        router.add(HealthService(server: .serving))
        try await withServer(router) { _, port in
            @Sendable func watch(_ stream: UInt32) -> [UInt8] {
                RawFrame.headers(RawFrame.call(path: "/grpc.health.v1.Health/Watch"), stream: stream)
                    + RawFrame.data([0, 0, 0, 0, 0], stream: stream)
            }
            try await RawPeer.with(port: port) { peer, inbound in
                var answer = RawAnswer()
                await peer.send(RawFrame.start + [1, 3, 5, 7, 9].flatMap { watch($0) })
                while !answer.ended(stream: 9), let buffer = try await inbound.next() {
                    answer.bytes += buffer.readableBytesView
                }
                await peer.send(RawFrame.frame(3, stream: 3, [0, 0, 0, 8]) + watch(11))
                while !answer.has(type: 0, stream: 11), let buffer = try await inbound.next() {
                    answer.bytes += buffer.readableBytesView
                }
                for stream in [UInt32(1), 3, 5, 7] { #expect(answer.has(type: 0, stream: stream)) }
                #expect(!answer.has(type: 0, stream: 9) && !answer.ended(stream: 11))
            }
        }
    }

    @Test("reflection repeats a question once, and takes none that is long")
    func reflectionEcho() async throws {
        typealias Question = Grpc_Reflection_V1_ServerReflectionRequest
        var router = RPCRouter.echo
        router.add(try ReflectionService(descriptorSet: []))
        try await withEcho(router) { client in
            try await client.bidirectional("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo") {
                (writer: RPCWriter<Question>, answers: RPCMessages<Grpc_Reflection_V1_ServerReflectionResponse>)
                    async throws in
                var iterator = answers.makeAsyncIterator()
                let host = String(repeating: "h", count: 3_000)
                try await writer.send(
                    .with {
                        $0.host = host; $0.fileByFilename = "none.proto"
                    })
                let answer = try await iterator.next()
                #expect(answer?.originalRequest.host == host && answer?.validHost == "")
                try await writer.send(.with { $0.host = host + host })
                let error = await #expect(throws: RPCError.self) { _ = try await iterator.next() }
                #expect(error?.code == .resourceExhausted)
            }
        }
    }
}
