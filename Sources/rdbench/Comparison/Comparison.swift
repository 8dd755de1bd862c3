/// Relay against peer-to-peer, from what this run measured.
struct Comparison {
    let paired: PairedSessions?
    let live: [CaseResult]
    let findings: LiveFindings?
    let deaths: [LivePath: ServerDeath]
    let privacy: RelayPrivacy?

    var rows: [ComparisonRow] {
        [latency, liveLatency, relayedBytes, plaintext, serverDeath, audit, setup, liveSetup].compactMap { $0 }
    }

    private func result(_ path: LivePath) -> CaseResult? { live.first { $0.name == path.rawValue } }

    private var latency: ComparisonRow? {
        guard let paired, !paired.directRTT.isEmpty else { return nil }
        return ComparisonRow(
            subject: "latency: RTT p50/p95", relayed: Figure.pair(paired.relayedRTT) + " ms",
            direct: Figure.pair(paired.directRTT) + " ms",
            method:
                "\(Figure.grouped(paired.directRTT.count)) simulated sessions over the population, each once through "
                + "the relay and once on the direct path that it then found; the relay is 2 ms from the internet's middle",
            measures: ["relayed_rtt_ms": paired.relayedRTT.json, "direct_rtt_ms": paired.directRTT.json])
    }

    private var liveLatency: ComparisonRow? {
        guard let relayed = result(.relayOnly)?.rtt, let direct = result(.full)?.rtt else { return nil }
        return ComparisonRow(
            subject: "latency on one machine", relayed: Figure.pair(relayed) + " ms",
            direct: Figure.pair(direct) + " ms",
            method: "live sessions of separate processes on loopback: what the programs themselves cost",
            measures: ["relayed_rtt_ms": relayed.json, "direct_rtt_ms": direct.json])
    }

    private var relayedBytes: ComparisonRow? {
        guard let findings, let relayed = findings.audits[.relayOnly], let direct = findings.audits[.full] else {
            return nil
        }
        func perSession(_ audit: AuditTrailSummary, _ path: LivePath) -> Double {
            (audit.bytesCounted ?? audit.bytesReportedRelayed) / Double(max(findings.sessions[path] ?? 1, 1))
        }
        let isCounted = relayed.bytesCounted != nil
        let values = (perSession(relayed, .relayOnly), perSession(direct, .full))
        return ComparisonRow(
            subject: "bytes through the vendor's relay", relayed: Figure.short(values.0) + " a session",
            direct: Figure.short(values.1) + " a session",
            method: isCounted
                ? "live sessions of equal length: the relay's own counters as its audit trail has them, summed over the "
                    + "allocations of both sides; a direct session's bytes are its start on the relay and the warm spare"
                : "live sessions of equal length: what both peers of sessions that ended relayed reported to have received "
                    + "(the audit trail names no closed allocation)",
            measures: [
                "relayed_bytes_per_session": .rounded(values.0), "direct_bytes_per_session": .rounded(values.1),
            ])
    }

    private var plaintext: ComparisonRow? {
        guard let privacy else { return nil }
        return ComparisonRow(
            subject: "plaintext seen by the server", relayed: privacy.words, direct: "none: it passes no server",
            method:
                "\(privacy.sessions) simulated relayed sessions with known content: every byte into and out of the server "
                + "(signaling and relay) searched for each run of \(PlaintextSearch.pieceBytes) bytes of it; the same search "
                + "finds \(Figure.grouped(privacy.foundAtViewer)) of them in what the viewers decrypted",
            measures: [
                "bytes_searched": .integer(privacy.bytesSearched), "pieces": .integer(privacy.pieces),
                "found": .integer(privacy.found), "found_at_viewer": .integer(privacy.foundAtViewer),
                "entropy_bits_per_byte": .rounded(privacy.bitsPerByte), "payload_bytes": .integer(privacy.payloadBytes),
            ])
    }

    private var serverDeath: ComparisonRow? {
        guard let relayed = deaths[.relayOnly], let direct = deaths[.full] else { return nil }
        return ComparisonRow(
            subject: "what dies with the server", relayed: relayed.words, direct: direct.words,
            method: "rdserver is killed (SIGKILL) under a live session with a moving picture, and the viewer's picture "
                + "is compared with itself \(Figure.short(ServerDeathTrial.watchSeconds)) s apart; then the server is started "
                + "again on the same ports",
            measures: ["relayed_death": relayed.json, "direct_death": direct.json])
    }

    private var audit: ComparisonRow? {
        guard let findings, let relayed = findings.audits[.relayOnly], let direct = findings.audits[.full] else {
            return nil
        }
        return ComparisonRow(
            subject: "what the audit trail holds", relayed: relayed.fields.joined(separator: " "),
            direct: direct.fields == relayed.fields ? "the same fields" : direct.fields.joined(separator: " "),
            method:
                "the names of all fields in the \(relayed.lineCount) and \(direct.lineCount) lines that rdserver wrote in "
                + "this run; the events are \(Set(relayed.events + direct.events).sorted().joined(separator: ", "))",
            measures: [
                "fields": .array(Set(relayed.fields + direct.fields).sorted().map(JSONValue.string)),
                "events": .array(Set(relayed.events + direct.events).sorted().map(JSONValue.string)),
            ])
    }

    private var setup: ComparisonRow? {
        guard let paired, !paired.directSetup.isEmpty else { return nil }
        return ComparisonRow(
            subject: "setup time: first path p50/p95", relayed: Figure.pair(paired.relayedSetup) + " ms",
            direct: Figure.pair(paired.directSetup) + " ms",
            method:
                "the same simulated sessions, from the viewer's open connection to the server to the first path; to the "
                + "first frame it is \(Figure.pair(paired.relayedFirstFrame)) ms relayed and \(Figure.pair(paired.directFirstFrame)) ms direct",
            measures: [
                "relayed_setup_ms": paired.relayedSetup.json, "direct_setup_ms": paired.directSetup.json,
                "relayed_ttff_ms": paired.relayedFirstFrame.json, "direct_ttff_ms": paired.directFirstFrame.json,
            ])
    }

    private var liveSetup: ComparisonRow? {
        guard let relayed = result(.relayOnly)?.setup, let direct = result(.full)?.setup else { return nil }
        return ComparisonRow(
            subject: "setup time on one machine", relayed: Figure.pair(relayed) + " ms",
            direct: Figure.pair(direct) + " ms",
            method:
                "live sessions, from the viewer's start to the first path, connecting to the server included, starting "
                + "of the process not",
            measures: ["relayed_setup_ms": relayed.json, "direct_setup_ms": direct.json])
    }
}
