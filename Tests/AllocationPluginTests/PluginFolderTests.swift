import AllocationPlugin
import AllocationPluginTesting
import AllocationPlugins
import Foundation
import PluginRuntime
import Rewards
import Testing

@Suite("Every plugin's folder")
struct PluginFolderTests {
    @Test("plays its golden cases, at least twelve of them", arguments: PluginFolders.names)
    func goldenCases(name: String) throws {
        let type = try #require(try PluginFolders.registry()[name])
        let cases = try PluginFolders.cases(name)
        #expect(cases.count >= 12)
        #expect(Set(cases.map(\.name)).count == cases.count, "two cases have one name")
        for golden in cases {
            let outcome = Result { () throws(PluginConfigurationError) in
                try type.init(configuration: golden.configuration)
            }
            switch outcome {
            case .failure(let error):
                #expect(error.path == golden.configurationErrorAt, "\(golden.name): \(error)")
            case .success(let plugin):
                let request = try #require(golden.request, "\(golden.name): the configuration should be refused")
                do throws(AllocationError) {
                    let answer = try plugin.allocate(request)
                    #expect(answer == golden.answer, "\(golden.name)")
                    let fixed = try (plugin as? any FixedPartPlugin)?.fixedMinor(request.purchase)
                    #expect(fixed == golden.fixedMinor, "\(golden.name)")
                } catch {
                    #expect(error.reason == golden.error, "\(golden.name)")
                }
            }
        }
    }

    @Test("conforms to the contract with every configuration of its cases", arguments: PluginFolders.names)
    func conformance(name: String) throws {
        let type = try #require(try PluginFolders.registry()[name])
        for (number, configuration) in try PluginFolders.configurations(name).enumerated() {
            let plugin = try type.init(configuration: configuration)
            let report = AllocationConformance.check(plugin, seed: UInt64(number + 1), requestCount: 150)
            #expect(report.passed, "\(configuration.canonicalText): \(report)")
        }
    }

    @Test("has a page whose first configuration the plugin accepts", arguments: PluginFolders.names)
    func page(name: String) throws {
        let page = try PluginFolders.text(name, "README.md")
        let block = try #require(
            page.components(separatedBy: "```json").dropFirst().first?.components(separatedBy: "```").first)
        let configuration = try JSONValue(parsing: block)
        _ = try PluginFolders.registry().install(
            programID: "prg_a", plugin: name, configuration: configuration, configurationVersion: 1)
        #expect(page.contains("## Worked example"))
    }

    @Test("has a schema that is JSON, a version of three numbers and a summary", arguments: PluginFolders.names)
    func listing(name: String) throws {
        let type = try #require(try PluginFolders.registry()[name])
        #expect(try JSONValue(parsing: type.configurationSchema)["type"] == "object")
        #expect(type.version.split(separator: ".").compactMap { Int($0) }.count == 3)
        #expect(type.summary.hasSuffix("."))
    }

    @Test("is registered, and sees only the contract and the core")
    func foldersAndImports() throws {
        let entries = try FileManager.default.contentsOfDirectory(atPath: PluginFolders.root.path)
        let folders = entries.filter { !$0.contains(".") }
        #expect(Set(folders) == Set(PluginFolders.names))
        for folder in folders {
            for file in try FileManager.default.contentsOfDirectory(atPath: PluginFolders.root.path + "/" + folder)
            where file.hasSuffix(".swift") {
                for line in try PluginFolders.text(folder, file).split(separator: "\n") where line.contains("import ") {
                    guard let module = line.split(separator: " ").last, !line.hasPrefix("///") else { continue }
                    #expect(["AllocationPlugin", "Rewards"].contains(module), "\(folder)/\(file)")
                }
            }
        }
    }

    @Test(
        "no configuration, however odd, crashes a plugin: it is accepted or refused with a path",
        arguments: PluginFolders.names)
    func oddConfigurations(name: String) throws {
        let type = try #require(try PluginFolders.registry()[name])
        let odd: [JSONValue] = [
            .null, true, 0, -1, "", .number("1e999"), .number("99999999999999999999"), [], [[]], [:], ["": ""], "\u{0}",
        ]
        for base in try PluginFolders.configurations(name) {
            for replacement in odd {
                for mutated in Self.mutations(of: base, by: replacement) {
                    do throws(PluginConfigurationError) {
                        _ = try type.init(configuration: mutated)
                    } catch {
                        #expect(error.path.hasPrefix("$") && !error.allowed.isEmpty)
                    }
                }
            }
        }
    }

    /// The document with each of its places replaced in turn.
    private static func mutations(of value: JSONValue, by replacement: JSONValue) -> [JSONValue] {
        var results = [replacement]
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                for mutated in mutations(of: element, by: replacement) {
                    var copy = elements
                    copy[index] = mutated
                    results.append(.array(copy))
                }
            }
        case .object(let object):
            for (index, member) in object.members.enumerated() {
                for mutated in mutations(of: member.value, by: replacement) {
                    var copy = object.members
                    copy[index] = JSONObject.Member(member.name, mutated)
                    if let object = JSONObject(copy) { results.append(.object(object)) }
                }
            }
        default: break
        }
        return results
    }
}
