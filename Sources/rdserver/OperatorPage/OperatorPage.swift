import Foundation
import ProgramSupport
import Rendezvous

/// What an operator looks at: made here, whole, without a script.
struct OperatorPage {
    /// Sessions shown, the newest ones.
    private static let rows = 100

    private let url: String
    private let figures: ServerFigures
    private let now: Date
    private let live: [ObservedSession]
    private let relayedCount: Int
    private let history: [SessionFigures]
    private let direct: Double?
    private let relayed: Double?
    private let reportedCount: UInt64

    /// Takes what it needs; the text is made later, when nobody waits.
    init(url: String, figures: ServerFigures, observations: borrowing Observations, now: Date) {
        self.url = url
        self.figures = figures
        self.now = now
        live = observations.live
        relayedCount = observations.relayedCount
        history = observations.history
        direct = observations.share(.direct)
        relayed = observations.share(.relayed)
        reportedCount = observations.count(.direct) + observations.count(.relayed)
    }

    var text: String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="10">
        <meta name="viewport" content="width=device-width"><title>Beeline: \(live.count) sessions</title>
        <style>\(Self.style)</style></head><body>
        <h1>Beeline <small>\(HTML.escaped(url))</small></h1>
        <p id="state">\(figures.isDraining ? "Draining: nobody new is let in." : "Serving") since \
        \(HTML.escaped(figures.startedAt.formatted(.iso8601))), \(HTML.escaped(duration(figures.startedAt))).</p>
        <dl>\(tiles.map { "<div><dt>\($0.label)</dt><dd id=\"\($0.id)\">\(HTML.escaped($0.value))</dd></div>" }.joined())</dl>
        <section class="plots">\(roundTrips.text)\(firstFrames.text)</section>
        <h2>Live sessions</h2>\(sessions)
        <h2>Refusals</h2>\(refusals)
        \(policy)\(audit)
        <p class="note">Figures are of sessions that are over and whose peers both told them (\(reportedCount) so far, the last \
        \(history.count) drawn). The same numbers for a monitoring system: <a href="/metrics">/metrics</a>.</p>
        </body></html>

        """
    }

    private var tiles: [(id: String, label: String, value: String)] {
        [
            ("hosts-waiting", "Hosts", "\(figures.signaling.waitingHosts)"),
            ("sessions-live", "Live sessions", "\(live.count)"),
            ("sessions-relayed", "Relayed now", "\(relayedCount)"),
            ("connections", "Connections", "\(figures.signaling.connections)"),
            ("direct-rate", "Direct", Self.percent(direct)), ("fallback-rate", "Stayed relayed", Self.percent(relayed)),
            (
                "rtt", "Round trip p50 / p95",
                pair(history.compactMap(\.rttP50Seconds), history.compactMap(\.rttP95Seconds))
            ),
            ("ttff", "First picture p50 / p95", pair(history.compactMap(\.firstFrameSeconds))),
            ("allocations", "Relay allocations", figures.relay.map { "\($0.allocations)" } ?? "no relay"),
        ]
    }

    private var roundTrips: Plot {
        Plot(
            id: "rtt-plot", title: "Round trip: share of sessions no slower",
            curves: [
                Plot.Curve(name: "median of a session", style: "first", seconds: history.compactMap(\.rttP50Seconds)),
                Plot.Curve(
                    name: "95th percentile of a session", style: "second", seconds: history.compactMap(\.rttP95Seconds)),
            ])
    }

    private var firstFrames: Plot {
        Plot(
            id: "ttff-plot", title: "Time to first picture: share of sessions no slower",
            curves: [
                Plot.Curve(name: "direct", style: "first", seconds: firstFrames(.direct)),
                Plot.Curve(name: "relayed", style: "second", seconds: firstFrames(.relayed)),
            ])
    }

    private func firstFrames(_ path: SessionReport.PathKind) -> [Double] {
        history.filter { $0.path == path }.compactMap(\.firstFrameSeconds)
    }

    private var sessions: String {
        let newest = live.sorted { ($0.startedAt, $0.name) > ($1.startedAt, $1.name) }.prefix(Self.rows)
        let rows = newest.map { session in
            let report = session.viewerReport ?? session.hostReport
            return [
                String(session.name.prefix(8)), duration(session.startedAt),
                session.introduction.venue.map(AuditRecord.name(of:)) ?? "met again",
                session.introduction.host.description,
                session.introduction.viewer.description, session.path.map { "\($0)" } ?? "not told",
                report?.rttP50Microseconds.map { Self.milliseconds(Double($0) / 1e6) } ?? "",
                report?.firstFrameMilliseconds.map { Self.milliseconds(Double($0) / 1e3) } ?? "",
                "\(session.allocations)",
            ]
        }
        let table = HTML.table(
            ["Session", "For", "Where", "Host", "Viewer", "Path", "Round trip", "First picture", "Allocations"], rows,
            attributes: "id=\"live-sessions\"")
        return live.count > rows.count
            ? table + "<p class=\"note\">and \(live.count - rows.count) older ones</p>" : table
    }

    private var refusals: String {
        var rows = Reason.allCases.map { ("signaling", "\($0)", figures.signaling.refusedTotal($0)) }
        if let relay = figures.relay { rows += Metrics.refusals(relay).map { ("relay", $0.0, $0.1) } }
        return HTML.table(
            ["By", "Reason", "Count"], rows.filter { $0.2 > 0 }.map { [$0.0, $0.1, "\($0.2)"] },
            attributes: "id=\"refusals\"")
    }

    private var policy: String {
        guard let policy = figures.policy else {
            return "<p id=\"policy\">No policy: everybody may meet everybody.</p>"
        }
        let broken = policy.isOutdated ? " The file has changed since, and cannot be used: see the log." : ""
        return
            "<p id=\"policy\">Policy: \(policy.rules == 1 ? "1 rule" : "\(policy.rules) rules"), \(policy.allowed) introductions allowed, "
            + "\(policy.forbidden) forbidden.\(broken)</p>"
    }

    private var audit: String {
        guard let audit = figures.audit else { return "<p id=\"audit\">No audit trail is kept.</p>" }
        let lost = audit.lost == 0 ? "none lost" : "\(audit.lost) LOST: the disk is too slow, or full"
        return
            "<p id=\"audit\">Audit trail: \(audit.written) records, \(audit.synced) of them on the disk, \(lost).</p>"
    }

    private func pair(_ first: [Double], _ second: [Double]? = nil) -> String {
        guard let median = Self.percentile(first, 50),
            let high = Self.percentile(second ?? first, second == nil ? 95 : 50)
        else { return "none yet" }
        return "\(Self.milliseconds(median)) / \(Self.milliseconds(high))"
    }

    private func duration(_ start: Date) -> String {
        let seconds = max(0, Int(now.timeIntervalSince(start)))
        return seconds < 60
            ? "\(seconds) s" : seconds < 3_600 ? "\(seconds / 60) min" : "\(seconds / 3_600) h \(seconds / 60 % 60) min"
    }

    private static func percentile(_ values: [Double], _ percent: Int) -> Double? {
        values.isEmpty ? nil : values.sorted()[min(values.count - 1, values.count * percent / 100)]
    }

    private static func milliseconds(_ seconds: Double) -> String { String(format: "%.3g ms", seconds * 1_000) }

    private static func percent(_ share: Double?) -> String {
        share.map { String(format: "%.1f %%", $0 * 100) } ?? "none yet"
    }

    private static let style = """
        :root{color-scheme:light dark;--line:#8886;--first:#1769c0;--second:#c65b00}
        body{font:15px/1.4 system-ui,sans-serif;max-width:72rem;margin:1.5rem auto;padding:0 1rem}
        h1 small{font-weight:normal;font-size:1rem;opacity:.7}
        dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:.6rem;margin:1rem 0}
        dl div{border:1px solid var(--line);border-radius:.4rem;padding:.5rem .7rem}
        dt{opacity:.7;font-size:.85rem}dd{margin:0;font-size:1.25rem}
        .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(22rem,1fr));gap:1rem}
        figure{margin:0}svg{width:100%;font-size:11px}svg text{fill:currentColor}
        polyline{fill:none;stroke-width:2}.grid{stroke:var(--line)}
        polyline.first{stroke:var(--first)}polyline.second{stroke:var(--second);stroke-dasharray:5 3}
        svg text.first{fill:var(--first)}svg text.second{fill:var(--second)}
        table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line)}
        .note{opacity:.7;font-size:.85rem}
        """
}
