import Glibc
import Testing

extension EndToEnd {
    /// The real programs and a real router daemon, which the host asks for a port.
    @Suite(
        "Mapped ports", .serialized,
        .enabled(
            if: NetworkNamespace.canBeMade(with: ["ip", "ss", "nft", "miniupnpd", "openssl"]),
            "needs root, iproute2, nftables, openssl and miniupnpd-nftables"))
    struct PortMappingTests {
        @Test(
            "bring peers together where nothing else does, and are given back at the end",
            arguments: MappingRouter.Method.allCases)
        func mappedPort(_ method: MappingRouter.Method) throws {
            try World.run { world in
                let router = try MappingRouter(method, world)
                let (server, certificate) = try router.startServer()
                let common = ["--server", server.url, "--server-certificate", certificate, "--json"]
                let rdpeer = try Tools.own("rdpeer")
                let host = try router.start(
                    "rdpeer host", rdpeer, ["host", "--screen", "test:320x240"] + common, in: router.home)
                let code = try host.text("code", of: "code")
                #expect(try router.forwardedPorts().isEmpty)
                let viewer = try router.start(
                    "rdpeer view", rdpeer, ["view", code, "--headless", "--duration", "600"] + common, in: router.away,
                    home: "viewer-home")
                // It begins over the relay; UPnP is the slowest to answer, after a second or so.
                for process in [host, viewer] { try process.waitForPath("direct") }
                #expect(try router.forwardedPorts().count == 1)
                #expect(try viewer.event("first_frame")["width"]?.number == 320)
                host.send(SIGTERM)
                #expect(try host.waitForEnd() == .exited(0))
                let limit = TimeLimit()
                while try !router.forwardedPorts().isEmpty, !limit.isOver { usleep(50_000) }
                #expect(try router.forwardedPorts().isEmpty, "the router still forwards")
                #expect(try viewer.waitForEnd() == .exited(0))
            }
        }
    }
}
