import Foundation
import HTTPTypes
import Hummingbird
import Synchronization

extension SandboxRoutes {
    /// The programs list, a program's fields and member validation (contract sections 4.2 to 4.4).
    func addPrograms(to router: Router<SandboxContext>) {
        router.get("programs") { request, context in
            try await answer("GET /programs", .programs, context) { _ in
                try requireToken(request)
                let (programs, switches) = core.state.withLock { ($0.rules.data.programs, $0.rules.switches) }
                return response(.ok, .array(programs.filter(\.isActive).map { Self.element($0, switches) }))
            }
        }
        router.get("programs/:id/fields") { request, context in
            try await answer("GET /programs/{id}/fields", .programs, context) { _ in
                try requireToken(request)
                let id = try programID(context)
                let rules = core.rules
                let program = try SandboxCore.program(id, in: rules)
                return response(.ok, Self.fields(program, rules.switches.fieldsShape))
            }
        }
        router.post("programs/:id/validate-member") { request, context in
            try await answer("POST /programs/{id}/validate-member", .validate, context) { _ in
                try requireToken(request)
                return try await validate(request, programID: try programID(context))
            }
        }
    }

    /// The `{id}` of the path, decoded.
    func programID(_ context: SandboxContext) throws(SandboxRefusal) -> String {
        guard let id = context.parameters.get("id")?.removingPercentEncoding else {
            throw SandboxRefusal(.invalidProgram)
        }
        return id
    }

    private func validate(_ request: Request, programID: String) async throws -> Response {
        guard let account = try await json(request)?.strings else {
            throw SandboxRefusal(.missingFields, messages: ["the account must be an object of strings"])
        }
        let rules = core.rules
        let program = try SandboxCore.program(programID, in: rules)
        let effect = try SandboxCore.effect(of: account, program: program, in: rules, on: \.onValidate)
        if effect == .slow { try await pause(milliseconds: rules.switches.slowMilliseconds) }
        if let cause = effect.refusal, cause != .invalidMember { throw SandboxRefusal(cause) }
        let hasPrefix = program.memberPrefix.map { (account["destinationUserId"] ?? "").hasPrefix($0) } ?? true
        return created(.object(["isValid": .bool(effect != .invalidMember && hasPrefix)]))
    }

    private static func element(_ program: SandboxProgram, _ switches: SandboxSwitches) -> WireValue {
        func price(_ text: String) -> WireValue {
            guard switches.priceStyle == .number, let price = PointConversion.price(text) else { return .string(text) }
            return .number(price)
        }
        return .object([
            "id": .string(program.id), "name": .string(program.name), "businessName": .string(program.businessName),
            "logo": .string("https://example.org/\(program.id).png"), "industry": .string(program.industry),
            "termsAndConditionsUrl": .string("https://example.org/\(program.id)/terms"),
            "brandDescription": .string("A demonstration program."),
            "programCurrency": .string(program.programCurrency), "localCurrency": .string(program.localCurrency),
            "pricePerPointInUsd": price(program.pricePerPointInUsd), "pricePerPoint": price(program.pricePerPoint),
            "pricePerPointInLocalCurrency": price(program.pricePerPointInLocalCurrency),
            "minAmountOfPoints": .integer(program.minAmountOfPoints),
            "maxAmountOfPoints": .integer(program.maxAmountOfPoints), "minValue": .integer(program.minValue),
            "maxValue": .integer(program.maxValue),
        ])
    }

    private static func fields(_ program: SandboxProgram, _ shape: SandboxSwitches.FieldsShape) -> WireValue {
        switch shape {
        case .booleans: .object(program.fields.mapValues { .bool($0) })
        case .objects: .object(program.fields.mapValues { .object(["required": .bool($0)]) })
        case .names: .array(program.fields.filter(\.value).keys.sorted().map { .string($0) })
        case .list:
            .array(
                program.fields.sorted { $0.key < $1.key }
                    .map { .object(["name": .string($0.key), "required": .bool($0.value)]) })
        }
    }
}
