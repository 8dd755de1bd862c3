/// What the demonstration tells a person at its end.
enum DemoText {
    static func text(_ figures: JSONValue, isEqual: Bool, viewerFile: String, hostFile: String) -> String {
        let verdict =
            isEqual
            ? "The viewer's picture equals the host's screen, pixel for pixel:"
            : "THE VIEWER'S PICTURE DIFFERS FROM THE HOST'S SCREEN:"
        func milliseconds(_ value: JSONValue?) -> String {
            value?.number.map { SessionSummary.text($0) + " ms" } ?? "-"
        }
        func bytes(_ name: String) -> String {
            figures[name]?.number.map { SessionSummary.text(bytes: UInt64($0)) } ?? "-"
        }
        let trips = figures["rtt_ms"]
        return """
            \(verdict)
              \(viewerFile)  what the viewer saw
              \(hostFile)  what the display showed
            path         \(figures["path"]?.string ?? "-"): \(figures["local"]?.string ?? "-") to \
            \(figures["remote"]?.string ?? "-"), up after \(milliseconds(figures["setup_ms"]))
            round trip   p50 \(milliseconds(trips?["p50"])), p95 \(milliseconds(trips?["p95"]))
            first frame  after \(milliseconds(figures["ttff_ms"])), exact after \(milliseconds(figures["sharp_ms"]))
            bytes        \(bytes("bytes_received")) received, \(bytes("bytes_sent")) sent
            """
    }
}
