import Foundation
import Testing

extension EndToEnd {
    /// The page as a real browser makes it.
    @Suite("The operator's page", .serialized, .enabled(if: Tools.areUsable(["chromium"]), "chromium is missing"))
    struct OperatorPageTests {
        private static let seconds = 120.0

        private func browse(_ web: Web, _ what: [String], _ world: World) throws -> ChildProcess {
            let browser = try world.start(
                "chromium", try Tools.other("chromium"),
                [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                    "--no-first-run", "--disable-extensions", "--disable-background-networking",
                    "--user-data-dir=\(world.file("browser"))", "--window-size=1200,1000",
                ] + what + ["http://127.0.0.1:\(web.port)/"])
            #expect(try browser.waitForEnd(seconds: Self.seconds) == .exited(0), "\(browser.errors.suffix(2_000))")
            return browser
        }

        @Test("shows live sessions, the direct rate, plots and refusals")
        func page() throws {
            try World.run { world in
                let server = try world.startServer(MetricsTests.admin)
                let web = try #require(server.admin)
                for (choice, path) in [("only", "relayed"), ("never", "direct")] {
                    let host = try world.startHost(server, ["--screen", "test:160x120", "--relay", choice, "--once"])
                    let view = try world.startViewer(
                        try host.code(number: 0), server, ["--relay", choice, "--duration", "600"])
                    try server.waitForLiveRoundTrip(path)
                    view.send(SIGTERM)
                    #expect(try view.waitForEnd() == .exited(0))
                    #expect(try host.waitForEnd() == .exited(0))
                }
                let lost = try world.startViewer("999999-crossover-clockwork", server, ["--duration", "20"])
                #expect(try lost.waitForEnd() == .exited(1))
                let host = try world.startHost(server, ["--screen", "test:160x120", "--relay", "only"])
                let view = try LiveView(try host.code(number: 0), server, ["--relay", "only"], world: world)
                try view.process.event("first_frame")
                try TimeLimit.poll("the reports") {
                    let metrics = try server.metrics()
                    return metrics["beeline_sessions_direct_ratio"] == 0.5 && metrics["beeline_sessions_relayed"] == 1
                        ? true : nil
                }
                try server.waitForLiveRoundTrip("relayed")
                let dom = try browse(web, ["--dump-dom"], world).lines.joined(separator: "\n")
                #expect(dom.contains("id=\"direct-rate\">50.0 %<"), "\(dom)")
                #expect(dom.contains("id=\"fallback-rate\">50.0 %<"))
                #expect(dom.contains("id=\"sessions-live\">1<"))
                #expect(
                    dom.firstMatch(of: /<svg id="rtt-plot"[^>]*>(?s:.*?)class="first" data-count="2" points="[0-9]/)
                        != nil)
                #expect(dom.contains("data-count=\"1\" points=\""))
                let table = dom.firstMatch(of: /<table id="live-sessions">(?s:.*?)<\/table>/)?.output ?? ""
                #expect(
                    table.contains("room ") && table.contains("127.0.0.1:") && table.contains("relayed"), "\(table)")
                #expect(dom.firstMatch(of: /<table id="refusals">(?s:.*?)noSuchRoom/) != nil)

                _ = try browse(web, ["--screenshot=\(world.file("page.png"))"], world)
                let picture = try world.readPNG("page.png")
                #expect(picture.width == 1_200)
                // Both curves are drawn.
                for colour: UInt32 in [0x1769C0, 0xC65B00] {
                    #expect(picture.pixels.count { $0 == colour } > 20, "\(String(colour, radix: 16))")
                }
            }
        }

        @Test("nothing that stands in a name becomes markup")
        func escaping() throws {
            try World.run { world in
                let name = "x<script>document.title='taken'</script><b id=\"mine\">&amp;'"
                let server = try world.startServer(MetricsTests.admin + ["--name", name])
                let web = try #require(server.admin)
                let dom = try browse(web, ["--dump-dom"], world).lines.joined(separator: "\n")
                #expect(dom.contains("&lt;script&gt;document.title='taken'"), "\(dom)")
                #expect(!dom.contains("<script") && !dom.contains("<b id") && !dom.contains("<title>taken"))
                #expect(dom.contains("&amp;amp;"))
            }
        }
    }
}
