import Glibc
import Testing

extension EndToEnd {
    @Suite("The nearer of two relays", .serialized)
    struct NearestRelayTests {
        private static let secret = "a-secret-of-many-characters"
        /// Relayed addresses tell by their ports whose they are.
        private static let nearPorts = 20_000...20_499
        private static let farPorts = 21_000...21_499

        @Test("is taken, whichever the server names first", arguments: [true, false])
        func nearer(isNearFirst: Bool) throws {
            try World.run { world in
                try world.write(Self.secret, to: "secret")
                let near = try startRelay(world, Self.nearPorts)
                let far = try startRelay(world, Self.farPorts)
                let proxy = try world.start(
                    "proxy", try Tools.other("python3"), ["-c", Self.script, "\(far.relayPort)"])
                let port = try proxy.line("its port") { UInt16($0) }
                let urls = [near.relayPort, port].map { "turn:127.0.0.1:\($0)?transport=udp" }
                let server = try world.startServer(
                    ["--port", "0", "--no-relay", "--secret-file", world.file("secret")]
                        + (isNearFirst ? urls : urls.reversed()).flatMap { ["--relay-server", $0] })
                let host = try world.startHost(server, ["--screen", "test:160x120", "--relay", "only", "--once"])
                let viewer = try world.startViewer(
                    try host.code(number: 0), server, ["--relay", "only", "--duration", "600"])
                try viewer.event("first_frame")
                for process in [host, viewer] {
                    try process.line("a path through the nearer relay", seconds: 60) { line in
                        guard let event = JSON(line), ["connected", "path"].contains(event["event"]?.string) else {
                            return nil as Bool?
                        }
                        return Self.ports(of: event).allSatisfy(Self.nearPorts.contains) ? true : nil
                    }
                }
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                let ended = try viewer.event("ended")
                #expect(ended["path"]?.string == "relayed" && Self.ports(of: ended).allSatisfy(Self.nearPorts.contains))
                #expect(proxy.isRunning && far.process.isRunning)
            }
        }

        private func startRelay(_ world: World, _ ports: ClosedRange<Int>) throws -> Server {
            try world.startServer([
                "--port", "0", "--turn-port", "0", "--secret-file", world.file("secret"), "--relay-ports",
                "\(ports.lowerBound)-\(ports.upperBound)",
            ])
        }

        /// Both ends of a path; an end without a port is none of a relay's.
        private static func ports(of event: JSON) -> [Int] {
            ["local", "remote"].map { event[$0]?.string?.split(separator: ":").last.flatMap { Int($0) } ?? 0 }
        }

        /// Passes datagrams to a port and back, each 30 ms late: the length of the way to the farther relay.
        private static let script = """
            import heapq, selectors, socket, sys, time
            target, late = ("127.0.0.1", int(sys.argv[1])), 0.03
            def bound():
                made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                made.setblocking(False)
                made.bind(("127.0.0.1", 0))
                return made
            front, doors, waiting, count = bound(), {}, [], 0
            poll = selectors.DefaultSelector()
            poll.register(front, selectors.EVENT_READ, None)
            print(front.getsockname()[1], flush=True)
            while True:
                pause = max(0, waiting[0][0] - time.monotonic()) if waiting else None
                for key, _ in poll.select(pause):
                    while True:
                        try:
                            data, source = key.fileobj.recvfrom(4096)
                        except OSError:
                            break
                        if key.data is None:
                            if source not in doors:
                                doors[source] = bound()
                                poll.register(doors[source], selectors.EVENT_READ, source)
                            entry = (doors[source], data, target)
                        else:
                            entry = (front, data, key.data)
                        count += 1
                        heapq.heappush(waiting, (time.monotonic() + late, count, entry))
                while waiting and waiting[0][0] <= time.monotonic():
                    sender, data, goal = heapq.heappop(waiting)[2]
                    try:
                        sender.sendto(data, goal)
                    except OSError:
                        pass
            """
    }
}
