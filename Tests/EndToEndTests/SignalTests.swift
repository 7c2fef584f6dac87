import CosmoSandbox
import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite("A service that gets signals")
    struct SignalTests {
        @Test("passes over those that mean nothing to it, says so, and stops in good order afterwards")
        func passedOver() async throws {
            try await Stack.with { stack in
                for (signal, name) in [
                    (SIGHUP, "SIGHUP"), (SIGUSR1, "SIGUSR1"), (SIGUSR2, "SIGUSR2"), (SIGHUP, "SIGHUP"),
                ] {
                    let before = stack.service.log.components(separatedBy: name).count
                    stack.service.send(signal)
                    try await eventually("\(name) is logged", within: .seconds(20)) {
                        stack.service.log.components(separatedBy: name).count > before
                    }
                    #expect(try await stack.page("/readyz").status == 200)
                }
                stack.service.send(SIGPIPE)
                #expect(try await stack.page("/readyz").status == 200)
                #expect(try stack.service.exit() == nil)
            }
        }

        @Test("drains at the first interrupt and at any number of SIGTERM, and ends at once at the second interrupt")
        func twice() async throws {
            try await Stack.with { stack in
                let settings = Stack.base(databaseURL: stack.databaseURL, sandboxURL: try await stack.sandbox.baseURL)
                for (first, second, exit) in [
                    (SIGTERM, SIGTERM, ChildProgram.Exit.code(0)), (SIGINT, SIGINT, .code(130)),
                ] {
                    let directory = stack.directory + "/\(UUID().uuidString)"
                    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
                    let service = try ServiceProcess(directory: directory, settings: settings)
                    try await service.start()
                    // A delivery whose body does not come keeps the drain waiting for some seconds.
                    let delivery = SignedDelivery("{}")
                    let waiting = try FloodSocket(port: service.httpPort)
                    waiting.send(
                        "POST /webhooks/cosmo/transaction HTTP/1.1\r\nhost: x\r\nx-timestamp: \(delivery.timestamp)\r\n"
                            + "x-signature: \(delivery.signature)\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n")
                    #expect(waiting.received(within: 10_000).hasPrefix("HTTP/1.1 100 "))
                    service.send(first)
                    try await eventually("the door takes nobody any more", within: .seconds(20)) {
                        (try? FloodSocket(port: service.httpPort)) == nil
                    }
                    #expect(try service.exit() == nil, "it did not wait for the delivery")
                    service.send(second)
                    #expect(try await service.ended(within: .seconds(60)) == exit, "\(service.log.suffix(1_000))")
                }
            }
        }
    }
}
