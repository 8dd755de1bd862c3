import PeerSession
import Transport
import WireFormat

/// The figures of a session, for people and for programs.
struct SessionSummary {
    let meter: SessionMeter
    let figures: SessionFigures
    let transport: Connection.Statistics
    let now: Instant

    /// The fields of the `ended` event behind its reason.
    var fields: [(name: String, value: JSONValue)] {
        meter.pathFields + [
            ("relayed", .boolean(meter.wasRelayed)), ("rtt_ms", meter.roundTripField),
            ("setup_ms", milliseconds(figures.setup)), ("direct_ms", milliseconds(figures.directPath)),
            ("ttff_ms", milliseconds(figures.firstFrame)), ("sharp_ms", milliseconds(figures.sharpFrame)),
            ("duration_ms", .number(meter.durationMilliseconds(at: now))),
            ("bytes_sent", .unsigned(figures.bytesSent)), ("bytes_received", .unsigned(figures.bytesReceived)),
            ("datagrams_sent", .unsigned(figures.datagramsSent)),
            ("datagrams_received", .unsigned(figures.datagramsReceived)),
            ("datagrams_dropped", .unsigned(figures.datagramsDropped)),
            ("messages_dropped", .unsigned(figures.messagesDropped)),
            ("packets_lost", .unsigned(transport.packetsLost)), ("ecn", .boolean(transport.isECNCapable)),
            ("ecn_marks_received", .unsigned(transport.marksReceived)),
            ("ecn_marks_reported", .unsigned(transport.marksReported)), ("path_moves", .unsigned(figures.moves)),
            ("input_events", .unsigned(transport.inputEventsSent + transport.inputEventsReceived)),
        ]
    }

    private func milliseconds(_ interval: Interval?) -> JSONValue { interval.map { .number($0.milliseconds) } ?? .null }

    /// Several lines for a person.
    var text: String {
        guard let pair = meter.pair else { return "  no path was found" }
        let way = pair.isRelayed ? "relayed" : "direct"
        var lines = [
            "  path         \(way): \(pair.local.kind) \(pair.local.address) to \(pair.remote.kind) \(pair.remote.address)"
        ]
        if let middle = meter.roundTripMilliseconds(percentile: 50),
            let high = meter.roundTripMilliseconds(percentile: 95)
        {
            lines.append("  round trip   p50 \(Self.text(middle)) ms, p95 \(Self.text(high)) ms")
        }
        if let setup = figures.setup { lines.append("  path up      after \(Self.text(setup.milliseconds)) ms") }
        if let first = figures.firstFrame {
            lines.append("  first frame  after \(Self.text(first.milliseconds)) ms")
        }
        if let sharp = figures.sharpFrame {
            lines.append("  exact        after \(Self.text(sharp.milliseconds)) ms")
        }
        lines.append(
            "  bytes        \(Self.text(bytes: figures.bytesSent)) sent, \(Self.text(bytes: figures.bytesReceived)) received"
        )
        lines.append("  lasted       \(Self.text(meter.durationMilliseconds(at: now) / 1_000)) s")
        return lines.joined(separator: "\n")
    }

    /// One line while the session runs.
    var statusLine: String {
        var parts = [meter.isPathLost ? "NO PATH, looking for another" : meter.pathName ?? "connecting"]
        if let middle = meter.roundTripMilliseconds(percentile: 50),
            let high = meter.roundTripMilliseconds(percentile: 95)
        {
            parts.append("round trip \(Self.text(middle)) ms (p95 \(Self.text(high)))")
        }
        parts.append("sent \(Self.text(bytes: figures.bytesSent))")
        parts.append("received \(Self.text(bytes: figures.bytesReceived))")
        return parts.joined(separator: " | ")
    }

    /// Three significant digits, or so.
    static func text(_ value: Double) -> String {
        let digits = value < 10 ? 2 : value < 100 ? 1 : 0
        let scale = [1.0, 10, 100][digits]
        let scaled = Int64((value * scale).rounded())
        guard digits > 0 else { return String(scaled) }
        let fraction = String(scaled % Int64(scale) + Int64(scale)).dropFirst()
        return "\(scaled / Int64(scale)).\(fraction)"
    }

    static func text(bytes: UInt64) -> String {
        switch bytes {
        case ..<10_000: "\(bytes) B"
        case ..<10_000_000: text(Double(bytes) / 1_000) + " kB"
        default: text(Double(bytes) / 1_000_000) + " MB"
        }
    }
}
