import Foundation
import Testing

extension EndToEnd {
    /// The kernel takes addresses away and gives them back under a running session.
    @Suite(
        "Addresses come and go", .serialized,
        .enabled(if: NetworkNamespace.canBeMade(with: ["ip", "nft"]), "needs root, iproute2 and nftables"))
    struct AddressChangeTests {
        private static let addresses = ["d0": "10.99.1.1", "d1": "10.99.2.1"]

        @Test("a session moves to the other address at once, and back when that goes")
        func addressesComeAndGo() throws {
            try World.run { world in
                let network = try Self.network()
                let server = try Server(
                    try start(
                        "rdserver", "rdserver", ["--json", "--port", "0", "--turn-port", "0"], in: network, world))
                let common = ["--server", server.url, "--json", "--interface-policy", "d0,d1", "--relay", "never"]
                let host = try start(
                    "rdpeer host", "rdpeer", ["host", "--screen", "test:320x240", "--once"] + common, in: network, world
                )
                let code = try host.text("code", of: "code")
                let viewer = try start(
                    "rdpeer view", "rdpeer", ["view", code, "--headless", "--duration", "600"] + common, in: network,
                    world)
                try viewer.event("first_frame")
                for address in Self.addresses.values { try Self.waitForWorkingPair(at: address, network) }

                let first = try Self.usedInterface(of: viewer)
                let address = try #require(Self.addresses[first])
                let marks = (host.mark, viewer.mark)
                try network.ip("addr", "del", "\(address)/24", "dev", first)
                try expectMove(from: first, host, viewer, marks)
                let restored = (host.mark, viewer.mark)
                try network.run("nft", ["flush", "set", "ip", "watch", "answered"])
                try network.ip("addr", "add", "\(address)/24", "dev", first)
                try host.event("addresses", from: restored.0) { $0["added"]?.number ?? 0 > 0 }
                try viewer.event("addresses", from: restored.1) { $0["added"]?.number ?? 0 > 0 }
                try Self.waitForWorkingPair(at: address, network)

                // It may have moved back by itself.
                let second = try Self.usedInterface(of: viewer)
                let downMarks = (host.mark, viewer.mark)
                try network.ip("link", "set", second, "down")
                try expectMove(from: second, host, viewer, downMarks)

                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                for process in [host, viewer] {
                    #expect(process.events("path_lost").isEmpty, "\(process.lines)")
                    #expect(process.events("ended").count == 1)
                }
                #expect(try host.event("ended")["reason"]?.string == "closed-by-peer")
            }
        }

        /// No server could carry the news.
        @Test("a session without a server moves to the other address")
        func pathAlone() throws {
            try World.run { world in
                let network = try Self.network()
                try world.write("\(try world.identity(home: "viewer-home"))\n", to: "authorized_keys")
                let common = ["--json", "--interface-policy", "d0,d1"]
                let host = try start(
                    "rdpeer host", "rdpeer",
                    [
                        "host", "--screen", "test:320x240", "--unattended", "--authorized-keys",
                        world.file("authorized_keys"), "--listen", "8471",
                    ] + common, in: network, world)
                let key = try host.text("host_id", of: "listening")
                let viewer = try start(
                    "rdpeer view", "rdpeer", ["view", "\(key)@10.99.1.1", "--headless", "--duration", "600"] + common,
                    in: network, world)
                try viewer.event("first_frame")
                for address in Self.addresses.values { try Self.waitForWorkingPair(at: address, network) }
                let used = try Self.usedInterface(of: viewer)
                let address = try #require(Self.addresses[used])
                let marks = (host.mark, viewer.mark)
                try network.ip("addr", "del", "\(address)/24", "dev", used)
                try expectMove(from: used, host, viewer, marks)
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(viewer.events("path_lost").isEmpty && host.events("path_lost").isEmpty)
                #expect(try host.event("ended")["reason"]?.string == "closed-by-peer")
            }
        }

        private static func network() throws -> NetworkNamespace {
            let network = try NetworkNamespace("addresses")
            try network.ip("link", "set", "lo", "up")
            for (name, address) in addresses {
                try network.ip("link", "add", name, "type", "veth", "peer", "name", "\(name)-end")
                try network.ip("link", "set", "\(name)-end", "up")
                try network.ip("addr", "add", "\(address)/24", "dev", name)
                try network.ip("link", "set", name, "up")
            }
            // Binding success responses (RFC 8489 section 5) that a peer sends from an address to the same.
            let rules = addresses.values.map {
                "add rule ip watch out ip saddr \($0) ip daddr \($0) @th,64,16 0x0101 add @answered { ip saddr . udp sport }"
            }
            let watch = [
                "add table ip watch",
                "add set ip watch answered { type ipv4_addr . inet_service; flags dynamic; size 1000; }",
                "add chain ip watch out { type filter hook output priority 0; }",
            ]
            try network.run("nft", [(watch + rules).joined(separator: "\n")])
            return network
        }

        /// Waits until both peers have answered a check of the pair whose two ends have this address: from then on they know
        /// that it works.
        private static func waitForWorkingPair(at address: String, _ network: NetworkNamespace) throws {
            try TimeLimit.poll("both peers to answer at \(address)") {
                let answered = try network.run("nft", ["list", "set", "ip", "watch", "answered"])
                return answered.components(separatedBy: "\(address) . ").count > 2 ? true : nil
            }
        }

        private func start(
            _ name: String, _ program: String, _ arguments: [String], in network: NetworkNamespace, _ world: World
        ) throws -> ChildProcess {
            let command = try network.command(try Tools.own(program), arguments)
            return try world.start(
                name, command.program, command.arguments, home: name == "rdpeer view" ? "viewer-home" : "home")
        }

        /// Both ends notice that addresses went, and end up with a path over the interface that is left.
        private func expectMove(
            from interface: String, _ host: ChildProcess, _ viewer: ChildProcess, _ marks: (Int, Int)
        ) throws {
            for (process, mark) in [(host, marks.0), (viewer, marks.1)] {
                try process.event("addresses", from: mark) { $0["removed"]?.number ?? 0 > 0 }
                try TimeLimit.poll("\(process.name) to leave \(interface)") {
                    try Self.usedInterface(of: process) == interface ? nil : true
                }
            }
        }

        private static func usedInterface(of process: ChildProcess) throws -> String {
            let moves = process.events("path")
            return try interface(of: try moves.last ?? process.event("connected"), process)
        }

        private static func interface(of event: JSON, _ process: ChildProcess) throws -> String {
            let local = event["local"]?.string ?? ""
            guard let found = addresses.first(where: { local.contains($0.value) }) else {
                throw process.failure("takes a path from \(local)")
            }
            return found.key
        }
    }
}
