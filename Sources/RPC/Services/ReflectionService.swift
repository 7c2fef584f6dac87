import SwiftProtobuf

/// The standard reflection service, under `grpc.reflection.v1` and the older `grpc.reflection.v1alpha`: tools ask what
/// the server offers.
package struct ReflectionService: Sendable {
    private let index: DescriptorIndex

    /// Reads a serialized `google.protobuf.FileDescriptorSet` that holds every file and its imports.
    ///
    /// **Errors** SwiftProtobuf's, when the bytes are not a descriptor set.
    package init(descriptorSet: [UInt8]) throws {
        index = try DescriptorIndex(Google_Protobuf_FileDescriptorSet(serializedBytes: descriptorSet))
    }

    func answer(
        _ request: Grpc_Reflection_V1_ServerReflectionRequest, services: [String]
    ) -> Grpc_Reflection_V1_ServerReflectionResponse {
        var response = Grpc_Reflection_V1_ServerReflectionResponse()
        // The host is in there too.
        response.originalRequest = request
        switch request.messageRequest {
        case .fileByFilename(let name):
            response.messageResponse = files(index.file(named: name), "there is no file of that name")
        case .fileContainingSymbol(let symbol):
            response.messageResponse = files(index.file(declaring: symbol), "no file declares that symbol")
        case .fileContainingExtension(let request):
            let file = index.file(extending: request.containingType, number: request.extensionNumber)
            response.messageResponse = files(file, "no file declares that extension")
        case .allExtensionNumbersOfType(let type):
            if let numbers = index.extensionNumbers(of: type) {
                var answer = Grpc_Reflection_V1_ExtensionNumberResponse()
                answer.baseTypeName = type
                answer.extensionNumber = numbers
                response.allExtensionNumbersResponse = answer
            } else {
                response.errorResponse = Self.error(.notFound, "there is no message of that name")
            }
        case .listServices:
            response.listServicesResponse.service = services.map { name in .with { $0.name = name } }
        case nil:
            response.errorResponse = Self.error(.invalidArgument, "the request asks nothing")
        }
        return response
    }

    private func files(
        _ name: String?, _ missing: String
    ) -> Grpc_Reflection_V1_ServerReflectionResponse.OneOf_MessageResponse {
        guard let name else { return .errorResponse(Self.error(.notFound, missing)) }
        return .fileDescriptorResponse(.with { $0.fileDescriptorProto = index.serializedFiles(startingWith: name) })
    }

    private static func error(_ code: RPCStatusCode, _ message: String) -> Grpc_Reflection_V1_ErrorResponse {
        .with {
            $0.errorCode = Int32(code.rawValue)
            $0.errorMessage = message
        }
    }
}

extension RPCRouter {
    /// Adds reflection over everything that the router serves at this point; call it last.
    ///
    /// **Guarantees** What it holds is bounded, since it is asked without a key: requests of 4 KiB, 4 calls a
    /// connection, 64 in all; an answer repeats the request once.
    package mutating func add(_ reflection: ReflectionService) {
        let versions = ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"]
        let names = paths.compactMap { $0.split(separator: "/").first.map(String.init) }
        let services = Set(names + versions).sorted()
        for version in versions {
            bidirectional("/\(version)/ServerReflectionInfo", limits: .reflection) {
                (
                    requests: RPCMessages<Grpc_Reflection_V1_ServerReflectionRequest>,
                    responses: RPCWriter<Grpc_Reflection_V1_ServerReflectionResponse>, _
                ) in
                for try await request in requests {
                    try await responses.send(reflection.answer(request, services: services))
                }
            }
        }
    }
}
