import Foundation
import MultibrandServer
import OutgoingHTTP
import TestSupport
import Testing

extension EndToEnd {
    /// Clients that take what they are given and give nothing back, against a service with 1,024 descriptors.
    @Suite("A flood at the HTTP doors")
    struct HTTPFloodTests {
        /// How much the service may grow; before these bounds it grew by far more than this in each of the floods.
        static let growthMax = 120 << 20

        @Test("of pipelined requests whose answers nobody reads leaves the service small, and everybody else is served")
        func unreadAnswers() async throws {
            let walletPort = try FreePort.choose()
            let settings = [
                Settings.Wallet.enabled.key: "on", Settings.Wallet.port.key: "\(walletPort)",
                Settings.Wallet.tokenSecrets.key: String(repeating: "t", count: 32),
                Settings.HTTP.answerTimeout.key: "5s",
            ]
            try await Stack.with(settings) { stack in
                let process = try WatchedProcess(stack)
                try await Self.isServed(stack, walletPort: walletPort)
                let before = try process.residentBytes()
                var sockets: [FloodSocket] = []
                for (port, path) in [(walletPort, "/openapi.yaml"), (stack.service.httpPort, "/metrics")] {
                    let request = "GET \(path) HTTP/1.1\r\nhost: x\r\n\r\n"
                    for _ in 0..<200 {
                        let socket = try FloodSocket(port: port, receiveBytes: 4_096)
                        socket.send(String(repeating: request, count: 200))
                        sockets.append(socket)
                    }
                    try await Self.isServed(stack, walletPort: walletPort)
                }
                for _ in 0..<5 { try await Self.isServed(stack, walletPort: walletPort) }
                let grown = try process.residentBytes() - before
                #expect(grown < Self.growthMax, "the service grew by \(grown >> 20) MiB")
                try await eventually("the connections that do not read are closed", within: .seconds(60)) {
                    sockets.allSatisfy(\.isClosedByPeer)
                }
                try await Self.isServed(stack, walletPort: walletPort)
            }
        }

        @Test(
            "of unsigned bodies that never end leaves the service small, and deliveries are taken"
        )
        func unfinishedBodies() async throws {
            let settings = [
                Settings.HTTP.bodyBytesMax.key: "\(1 << 20)", Settings.HTTP.silenceTimeout.key: "3s",
            ]
            try await Stack.with(settings) { stack in
                let process = try WatchedProcess(stack)
                try await Self.delivers(stack)
                let before = try process.residentBytes()
                let piece = [UInt8](repeating: 65, count: 65_536)
                var sockets: [FloodSocket] = []
                for _ in 0..<200 {
                    let socket = try FloodSocket(port: stack.service.httpPort)
                    socket.send(
                        "POST /webhooks/cosmo/transaction HTTP/1.1\r\nhost: x\r\nx-timestamp: "
                            + "\(Int64(Date().timeIntervalSince1970))\r\nx-signature: "
                            + "\(String(repeating: "0", count: 64))\r\n"
                            + "content-length: \(1 << 20)\r\n\r\n")
                    sockets.append(socket)
                }
                var left = [Int](repeating: (1 << 20) - 1, count: sockets.count)
                var highest = 0
                for round in 0..<400 where left.contains(where: { $0 > 0 }) {
                    for (index, socket) in sockets.enumerated() where left[index] > 0 {
                        left[index] = socket.send(piece.prefix(left[index])).map { left[index] - $0 } ?? 0
                    }
                    if round % 10 == 0 {
                        try await Self.delivers(stack)
                        highest = max(highest, try process.residentBytes() - before)
                    }
                }
                highest = max(highest, try process.residentBytes() - before)
                #expect(highest < Self.growthMax, "the service grew by \(highest >> 20) MiB")
                try await eventually("the connections that send no more are closed", within: .seconds(60)) {
                    sockets.allSatisfy(\.isClosedByPeer)
                }
                try await Self.delivers(stack)
            }
        }

        @Test("of heads that never end, or of bodies whose headers are refused, is over within its time limits")
        func unfinishedHeads() async throws {
            let settings = [Settings.HTTP.headTimeout.key: "2s"]
            try await Stack.with(settings) { stack in
                let process = try WatchedProcess(stack)
                try await Self.delivers(stack)
                let before = try process.residentBytes()
                var sockets: [FloodSocket] = []
                for index in 0..<400 {
                    let socket = try FloodSocket(port: stack.service.httpPort)
                    let head = "POST /webhooks/cosmo/transaction HTTP/1.1\r\nhost: x\r\n"
                    let field = "a: \(String(repeating: "b", count: 15_000))"
                    socket.send(head + (index.isMultiple(of: 2) ? field : "content-length: 60000\r\n\r\nabc"))
                    sockets.append(socket)
                }
                try await Self.delivers(stack)
                let grown = try process.residentBytes() - before
                #expect(grown < Self.growthMax, "the service grew by \(grown >> 20) MiB")
                try await eventually("all are closed", within: .seconds(60)) { sockets.allSatisfy(\.isClosedByPeer) }
                try await Self.delivers(stack)
            }
        }

        /// A client that behaves is answered at both doors, within the time it would wait.
        private static func isServed(_ stack: Stack, walletPort: Int) async throws {
            for url in ["\(stack.service.http)/healthz", "http://127.0.0.1:\(walletPort)/openapi.yaml"] {
                let answer = try await HTTPClient.shared.send(HTTPCall(url: url), within: .seconds(15))
                #expect(answer.status == 200)
            }
        }

        private static func delivers(_ stack: Stack) async throws {
            let delivery = SignedDelivery(#"{"sourceUserId":"nobody","type":"LINKED"}"#)
            #expect(try await stack.deliver(delivery).status == 200)
        }
    }

    /// The service's process, looked at from outside.
    struct WatchedProcess {
        let process: pid_t

        /// Finds it, and takes all but 1,024 descriptors from it.
        init(_ stack: Stack) throws {
            struct Addresses: Decodable { let process: pid_t }
            let path = stack.directory + "/service-\(stack.service.startCount).json"
            process = try JSONDecoder().decode(
                Addresses.self, from: FileManager.default.contents(atPath: path) ?? Data()
            ).process
            let limiting = Process()
            limiting.executableURL = URL(fileURLWithPath: "/usr/bin/prlimit")
            limiting.arguments = ["--pid", "\(process)", "--nofile=1024:1024"]
            try limiting.run()
            limiting.waitUntilExit()
            guard limiting.terminationStatus == 0 else { throw Unusable("the service's limits cannot be set") }
        }

        /// The memory it has of its own now.
        func residentBytes() throws -> Int {
            let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
            let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            guard
                let kilobytes = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                    Int($0)
                })
            else { throw Unusable("the service's memory cannot be read") }
            return kilobytes * 1_024
        }
    }
}
